package org.miltergate.gateway.relay.smtp;

import org.miltergate.net.Endpoint;

/**
 * A server that can be dialled.
 *
 * @param host its name, for logs and for its certificate
 */
public record Peer(String host, Endpoint address) {

  /** Writes what a log calls it before it is connected: {@code host:port} or the path. */
  @Override
  public String toString() {
    return switch (address) {
      case Endpoint.Inet inet -> {
        boolean named = inet.host().equals(host);
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        yield named ? shown + ":" + inet.port() : host + "[" + inet.host() + "]:" + inet.port();
      }
      case Endpoint.Unix unix -> unix.path().toString();
    };
  }
}
