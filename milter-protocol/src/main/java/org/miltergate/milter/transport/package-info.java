/**
 * Connections to milters: addresses, sockets, deadlines.
 *
 * <p>Knows bytes, not packets. Start with {@link org.miltergate.milter.transport.MilterAddress} and
 * {@link org.miltergate.milter.transport.Dialer}.
 */
@NullMarked
package org.miltergate.milter.transport;

import org.jspecify.annotations.NullMarked;
