/**
 * Many milters in configured order: one SMTP session's walk through them, and what the SMTP client
 * hears in the end.
 *
 * <p>Knows nothing of sockets; a failed milter is a value with a policy here, never an exception.
 * Start with {@link org.miltergate.milter.chain.MilterChain}.
 */
@NullMarked
package org.miltergate.milter.chain;

import org.jspecify.annotations.NullMarked;
