package org.miltergate.gateway.proxy;

import java.net.InetSocketAddress;

/** The content of a PROXY header. */
public sealed interface ProxyHeader {
  /**
   * The proxy forwards a client.
   *
   * @param client the client's address
   * @param server the address that the client connected to
   */
  record Proxied(InetSocketAddress client, InetSocketAddress server) implements ProxyHeader {}

  /**
   * The proxy connects on its own behalf ({@code LOCAL}), such as for a health check, or for a
   * client without an IP address ({@code UNKNOWN}, a Unix socket). The client is then the peer of
   * the connection.
   */
  record Unproxied() implements ProxyHeader {}
}
