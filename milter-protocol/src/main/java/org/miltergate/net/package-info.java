/**
 * Byte streams: the address of a peer, how it is dialled, and the watchdog that enforces time
 * limits.
 *
 * <p>Handles bytes, not packets: milters, SMTP clients, next hops and TLS all use it. Start with
 * {@link org.miltergate.net.Endpoint} and {@link org.miltergate.net.Dialer}.
 */
@NullMarked
package org.miltergate.net;

import org.jspecify.annotations.NullMarked;
