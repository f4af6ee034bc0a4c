/**
 * The PROXY protocol, by which a proxy in front says who the client is.
 *
 * <p>Nothing here does I/O of its own, so everything can be tested byte by byte. Start with {@link
 * ProxyHeaderReader}.
 *
 * @see "haproxy doc/proxy-protocol.txt"
 */
@NullMarked
package org.miltergate.gateway.proxy;

import org.jspecify.annotations.NullMarked;
