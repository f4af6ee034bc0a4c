/**
 * Byte streams: where a peer listens, how it is dialled, and the watchdog that ends what takes too
 * long.
 *
 * <p>Knows bytes, not packets: milters, SMTP clients, next hops and TLS use it alike. Start with
 * {@link org.miltergate.net.Endpoint} and {@link org.miltergate.net.Dialer}.
 */
@NullMarked
package org.miltergate.net;

import org.jspecify.annotations.NullMarked;
