/**
 * Which server is used, and by whom: the servers of a next hop, those that are skipped for a while,
 * the connections that are kept between messages, and how many may be in use.
 *
 * <p>Knows nothing of messages. May use {@code relay.smtp} and the DNS.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.peer.Connections}.
 */
@NullMarked
package org.miltergate.gateway.relay.peer;

import org.jspecify.annotations.NullMarked;
