package org.miltergate.gateway.relay;

import org.miltergate.milter.transport.MilterAddress;

/**
 * One server that can be dialled.
 *
 * @param host its name, for logs and for its certificate
 */
record Peer(String host, MilterAddress address) {

  /** Writes what a log calls it before it is connected: {@code host:port} or the path. */
  @Override
  public String toString() {
    return switch (address) {
      case MilterAddress.Inet inet -> {
        boolean named = inet.host().equals(host);
        String shown = host.indexOf(':') < 0 ? host : "[" + host + "]";
        yield named ? shown + ":" + inet.port() : host + "[" + inet.host() + "]:" + inet.port();
      }
      case MilterAddress.Unix unix -> unix.path().toString();
    };
  }
}
