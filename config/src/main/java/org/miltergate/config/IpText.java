package org.miltergate.config;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;
import java.util.regex.Pattern;

/** IP addresses as text; never asks the DNS. */
final class IpText {
  private static final Pattern IPV4 = Pattern.compile("(?:(?:0|[1-9][0-9]{0,2})(?:\\.(?!$)|$)){4}");
  private static final Pattern IPV6 = Pattern.compile("[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*");

  private IpText() {}

  static boolean isAddress(String text) {
    return parse(text).isPresent();
  }

  /** Returns the address; one that IPv6 maps from IPv4 comes back as the IPv4 address. */
  static Optional<InetAddress> parse(String text) {
    try {
      if (IPV4.matcher(text).matches()) {
        return Optional.of(InetAddress.getByAddress(octets(text)));
      }
      if (IPV6.matcher(text).matches()) {
        // Brackets keep the JDK from looking up what is no address.
        return Optional.of(InetAddress.getByName("[" + text + "]"));
      }
    } catch (UnknownHostException | IllegalArgumentException e) {
      return Optional.empty(); // the caller names the text and what is wanted
    }
    return Optional.empty();
  }

  private static byte[] octets(String text) {
    String[] parts = text.split("\\.");
    byte[] octets = new byte[parts.length];
    for (int i = 0; i < parts.length; i++) {
      int octet = Integer.parseInt(parts[i]);
      if (octet > 255) {
        throw new IllegalArgumentException(octet + " is no octet");
      }
      octets[i] = (byte) octet;
    }
    return octets;
  }
}
