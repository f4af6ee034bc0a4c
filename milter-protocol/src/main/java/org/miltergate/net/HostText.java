package org.miltergate.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Distinguishes names and addresses of hosts, without a look-up.
 *
 * <p>A name here is whatever a resolver may know, letters of any script included: the addresses of
 * milters come from whoever runs them, and a wrong one is found when it is dialled. What peers and
 * the DNS say is held to the stricter rules of host names.
 */
final class HostText {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}._-]*)");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final Pattern LOCAL_HOST = Pattern.compile("(?i)localhost\\.?");

  private HostText() {}

  static String requireHost(String host) {
    if (host.indexOf(':') >= 0) {
      int zone = host.indexOf('%');
      if (!IpText.isIpv6(zone < 0 ? host : host.substring(0, zone))) {
        throw new IllegalArgumentException("host '" + host + "' is not an IPv6 address");
      }
    } else if (DIGITS_AND_DOTS.matcher(host).matches()) {
      if (!IpText.isIpv4(host)) {
        throw new IllegalArgumentException(
            "host '" + host + "' is not an IPv4 address, write four numbers such as 127.0.0.1");
      }
    } else if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "host '" + host + "' is neither a name nor an address, write one such as 127.0.0.1");
    }
    return host;
  }

  /**
   * Returns the address if {@code host} is one, or those of {@code localhost}; empty for a name.
   */
  static List<InetAddress> withoutLookup(String host) throws UnknownHostException {
    if (host.indexOf(':') >= 0 || DIGITS_AND_DOTS.matcher(host).matches()) {
      return List.of(InetAddress.getByName(host));
    }
    return LOCAL_HOST.matcher(host).matches() ? loopback() : List.of();
  }

  private static List<InetAddress> loopback() throws UnknownHostException {
    return List.of(
        InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1}),
        InetAddress.getByAddress(
            "localhost", new byte[] {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1}));
  }
}
