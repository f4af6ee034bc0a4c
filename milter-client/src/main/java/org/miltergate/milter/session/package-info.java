/**
 * One dialogue with one milter: dial, negotiation, states, macros, replies and edits.
 *
 * <p>Knows nothing of other milters or of SMTP replies to the client; that is the duty of {@code
 * org.miltergate.milter.chain}. Start with {@link org.miltergate.milter.session.MilterClient}.
 */
@NullMarked
package org.miltergate.milter.session;

import org.jspecify.annotations.NullMarked;
