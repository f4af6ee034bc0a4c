/**
 * The arguments of MAIL and RCPT that ask for delivery status notifications: one grammar for what
 * clients say, what milters set, and what a next hop is told.
 *
 * <p>Start with {@link org.miltergate.milter.dsn.SenderDsn} and {@link
 * org.miltergate.milter.dsn.RecipientDsn}.
 *
 * @see "RFC 3461, RFC 6533"
 */
@NullMarked
package org.miltergate.milter.dsn;

import org.jspecify.annotations.NullMarked;
