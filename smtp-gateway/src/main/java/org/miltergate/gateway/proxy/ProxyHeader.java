package org.miltergate.gateway.proxy;

import java.net.InetSocketAddress;

/** What a PROXY header says. */
public sealed interface ProxyHeader {
  /**
   * The proxy speaks for a client.
   *
   * @param client where the client's connection comes from
   * @param server where the client has connected to
   */
  record Proxied(InetSocketAddress client, InetSocketAddress server) implements ProxyHeader {}

  /**
   * The proxy speaks for itself ({@code LOCAL}), such as for a health check, or for a client that
   * has no IP address ({@code UNKNOWN}, a Unix socket). Who the client is says the connection then.
   */
  record Unproxied() implements ProxyHeader {}
}
