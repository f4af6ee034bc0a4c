package org.miltergate.gateway.proxy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.util.Arrays;

/** Creates addresses from bytes. */
final class Endpoints {
  private Endpoints() {}

  /**
   * @param octets 4 or 16
   */
  static InetAddress address(byte[] octets) throws ProxyProtocolException {
    try {
      return InetAddress.getByAddress(octets);
    } catch (UnknownHostException e) {
      throw new ProxyProtocolException("an address has 4 or 16 bytes, not " + octets.length);
    }
  }

  static InetSocketAddress endpoint(byte[] from, int address, int octets, int port)
      throws ProxyProtocolException {
    return new InetSocketAddress(
        address(Arrays.copyOfRange(from, address, address + octets)),
        (from[port] & 0xff) << 8 | from[port + 1] & 0xff);
  }
}
