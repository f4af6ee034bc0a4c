package org.miltergate.net;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.regex.Pattern;

/** Tells names and addresses of hosts apart, without a lookup. */
final class HostText {
  private static final Pattern NAME = Pattern.compile("[\\p{L}\\p{N}_](?:[\\p{L}\\p{N}._-]*)");
  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");
  private static final Pattern LOCAL_HOST = Pattern.compile("(?i)localhost\\.?");
  private static final Pattern OCTET = Pattern.compile("(?:0|[1-9][0-9]{0,2})");

  private HostText() {}

  static String requireHost(String host) {
    if (host.indexOf(':') >= 0) {
      requireIpv6(host);
    } else if (DIGITS_AND_DOTS.matcher(host).matches()) {
      requireIpv4(host);
    } else if (!NAME.matcher(host).matches()) {
      throw new IllegalArgumentException(
          "host '" + host + "' is no name and no address, write one such as 127.0.0.1");
    }
    return host;
  }

  /** Returns the address that {@code host} is, or those of {@code localhost}; none of a name. */
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

  private static void requireIpv6(String host) {
    int zone = host.indexOf('%');
    try {
      // Brackets keep the JDK from looking up what is no address.
      InetAddress.getByName("[" + (zone < 0 ? host : host.substring(0, zone)) + "]");
    } catch (UnknownHostException e) {
      throw new IllegalArgumentException("host '" + host + "' is no IPv6 address", e);
    }
  }

  private static void requireIpv4(String host) {
    String[] octets = host.split("\\.", -1);
    boolean valid = octets.length == 4;
    for (String octet : octets) {
      valid &= OCTET.matcher(octet).matches() && Integer.parseInt(octet) < 256;
    }
    if (!valid) {
      throw new IllegalArgumentException(
          "host '" + host + "' is no IPv4 address, write four numbers such as 127.0.0.1");
    }
  }
}
