/**
 * The PROXY protocol, by which a proxy in front states who the client is.
 *
 * <p>Nothing here does I/O of its own, so everything can be tested with bytes alone. Start with
 * {@link ProxyHeaderReader}.
 *
 * @see "haproxy doc/proxy-protocol.txt"
 */
@NullMarked
package org.miltergate.gateway.proxy;

import org.jspecify.annotations.NullMarked;
