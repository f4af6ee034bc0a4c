/**
 * The log of SMTP sessions, in the form of Postfix's.
 *
 * <p>Start with {@link org.miltergate.gateway.log.SessionLog}.
 */
@NullMarked
package org.miltergate.gateway.log;

import org.jspecify.annotations.NullMarked;
