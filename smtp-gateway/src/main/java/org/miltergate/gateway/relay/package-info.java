/**
 * Where accepted messages go: what the rest of the gateway sees of it.
 *
 * <p>This package has the interfaces and values only: what a next hop is asked ({@link
 * org.miltergate.gateway.relay.NextHop}), what it is given and what became of it. It opens no
 * connection and knows no protocol. The packages below it do: {@code smtp} is one connection,
 * {@code peer} which server it goes to, {@code delivery} one message over several of them, {@code
 * maildir} a directory, {@code route} makes all of it from the configuration. They use this one,
 * and each of them those named before it.
 *
 * <p>Start with {@link org.miltergate.gateway.relay.NextHop}.
 */
@NullMarked
package org.miltergate.gateway.relay;

import org.jspecify.annotations.NullMarked;
