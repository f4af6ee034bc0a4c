package org.miltergate.net;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * IP addresses as text; never uses the DNS.
 *
 * <p>The only forms are four decimal numbers without leading zeros, and those of RFC 4291, section
 * 2.2: up to eight groups of at most four hexadecimal digits, one gap, and an IPv4 address in place
 * of the last two groups. There are no zones and no brackets.
 */
public final class IpText {
  private static final String OCTET = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
  private static final Pattern IPV4 = Pattern.compile(OCTET + "(?:\\." + OCTET + "){3}");
  private static final Pattern GROUP = Pattern.compile("[0-9A-Fa-f]{1,4}");
  private static final int IPV6_GROUPS = 8;

  private IpText() {}

  /** Returns whether the text is an IPv4 address. */
  public static boolean isIpv4(String text) {
    return IPV4.matcher(text).matches();
  }

  /** Returns whether the text is an IPv6 address, in upper or lower case. */
  public static boolean isIpv6(String text) {
    int gap = text.indexOf("::");
    if (gap < 0) {
      return groups(text) == IPV6_GROUPS;
    }
    String head = text.substring(0, gap);
    String tail = text.substring(gap + 2);
    int before = head.isEmpty() ? 0 : groups(head);
    int after = tail.isEmpty() ? 0 : groups(tail);
    return before >= 0 && after >= 0 && head.indexOf('.') < 0 && before + after < IPV6_GROUPS;
  }

  /** Counts groups of 16 bits, an IPv4 address at the end being two; -1 if the form is wrong. */
  private static int groups(String text) {
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (GROUP.matcher(parts[i]).matches()) {
        count++;
      } else if (i == parts.length - 1 && isIpv4(parts[i])) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }

  /** Returns the address; an IPv4-mapped IPv6 address is returned as the IPv4 address. */
  public static Optional<InetAddress> parse(String text) {
    if (!isIpv4(text) && !isIpv6(text)) {
      return Optional.empty();
    }
    try {
      // Neither is looked up; brackets say so of the second.
      return Optional.of(InetAddress.getByName(isIpv4(text) ? text : "[" + text + "]"));
    } catch (UnknownHostException e) {
      return Optional.empty(); // the caller names the text and what is expected
    }
  }

  /** Writes an address by RFC 5952, without a zone. */
  public static String format(InetAddress address) {
    if (address.getAddress().length == 4) {
      return address.getHostAddress();
    }
    int[] groups = groups(address.getAddress());
    int start = 0;
    int length = 0;
    for (int i = 0; i < groups.length; i++) {
      int end = i;
      while (end < groups.length && groups[end] == 0) {
        end++;
      }
      if (end - i > length) {
        start = i;
        length = end - i;
      }
    }
    return length < 2
        ? hex(groups, 0, groups.length)
        : hex(groups, 0, start) + "::" + hex(groups, start + length, groups.length);
  }

  /** Writes an address as SMTP and macros tag it: IPv6 with {@code IPv6:} before it. */
  public static String tagged(InetAddress address) {
    return address instanceof Inet4Address ? format(address) : "IPv6:" + format(address);
  }

  /**
   * Returns an IPv4-mapped IPv6 address as the IPv4 address, and any other unchanged. Java converts
   * mapped addresses itself, except those that are created as {@link java.net.Inet6Address}.
   */
  public static InetAddress unmapped(InetAddress address) {
    try {
      InetAddress converted = InetAddress.getByAddress(address.getAddress());
      return converted instanceof Inet4Address ? converted : address;
    } catch (UnknownHostException e) {
      throw new IllegalStateException("the octets of " + address + " are no address", e);
    }
  }

  private static int[] groups(byte[] octets) {
    int[] groups = new int[octets.length / 2];
    for (int i = 0; i < groups.length; i++) {
      groups[i] = (octets[2 * i] & 0xff) << 8 | (octets[2 * i + 1] & 0xff);
    }
    return groups;
  }

  private static String hex(int[] groups, int from, int to) {
    return Arrays.stream(groups, from, to)
        .mapToObj(Integer::toHexString)
        .collect(Collectors.joining(":"));
  }
}
