package org.miltergate.gateway.smtp.syntax;

import java.net.Inet4Address;
import java.net.InetAddress;

/** Writes IP addresses as RFC 5952 wants them; Java itself does not shorten zeros. */
public final class AddressText {
  private static final int GROUPS = 8;

  private AddressText() {}

  /** Returns the address without brackets, prefix or scope. */
  public static String of(InetAddress address) {
    return address instanceof Inet4Address ? address.getHostAddress() : ipv6(address.getAddress());
  }

  /** Returns the address as SMTP and macros tag it: IPv6 with {@code IPv6:} before it. */
  public static String tagged(InetAddress address) {
    return address instanceof Inet4Address ? of(address) : "IPv6:" + of(address);
  }

  private static String ipv6(byte[] bytes) {
    int[] groups = new int[GROUPS];
    for (int i = 0; i < GROUPS; i++) {
      groups[i] = (bytes[2 * i] & 0xff) << 8 | bytes[2 * i + 1] & 0xff;
    }
    int gapStart = -1;
    int gapLength = 1; // a single zero group is written out
    for (int i = 0; i < GROUPS; i++) {
      int length = zerosFrom(groups, i);
      if (length > gapLength) {
        gapStart = i;
        gapLength = length;
      }
    }
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < GROUPS; i++) {
      if (i == gapStart) {
        text.append("::");
        i += gapLength - 1;
      } else {
        if (!text.isEmpty() && text.charAt(text.length() - 1) != ':') {
          text.append(':');
        }
        text.append(Integer.toHexString(groups[i]));
      }
    }
    return text.toString();
  }

  private static int zerosFrom(int[] groups, int start) {
    int end = start;
    while (end < GROUPS && groups[end] == 0) {
      end++;
    }
    return end - start;
  }
}
