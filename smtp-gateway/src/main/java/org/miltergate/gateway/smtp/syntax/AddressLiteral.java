package org.miltergate.gateway.smtp.syntax;

import java.util.Locale;
import java.util.regex.Pattern;

/**
 * Checks address literals, {@code 192.0.2.1} and {@code IPv6:2001:db8::1}, without the brackets.
 */
final class AddressLiteral {
  private static final Pattern IPV4 =
      Pattern.compile(
          "(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])(\\.(25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])){3}");
  private static final Pattern GENERAL =
      Pattern.compile("[A-Za-z0-9-]*+(?<=[A-Za-z0-9]):[!-Z^-~]++");
  private static final Pattern GROUP = Pattern.compile("[0-9a-f]{1,4}");
  private static final String IPV6_TAG = "ipv6:";
  private static final int IPV6_GROUPS = 8;

  private AddressLiteral() {}

  static boolean isValid(String literal) {
    String lower = literal.toLowerCase(Locale.ROOT);
    return lower.startsWith(IPV6_TAG)
        ? isIpv6(lower.substring(IPV6_TAG.length()))
        : IPV4.matcher(lower).matches();
  }

  /** Returns whether that is a tag and what only its users know, {@code TAG:content}. */
  static boolean isGeneral(String literal) {
    return !literal.toLowerCase(Locale.ROOT).startsWith(IPV6_TAG)
        && GENERAL.matcher(literal).matches();
  }

  private static boolean isIpv6(String address) {
    int gap = address.indexOf("::");
    if (gap < 0) {
      return groups(address) == IPV6_GROUPS;
    }
    String head = address.substring(0, gap);
    String tail = address.substring(gap + 2);
    int before = head.isEmpty() ? 0 : groups(head);
    int behind = tail.isEmpty() ? 0 : groups(tail);
    return before >= 0 && behind >= 0 && !head.contains(".") && before + behind < IPV6_GROUPS;
  }

  /** Counts groups of 16 bits, an IPv4 address at the end being two; -1 if the form is wrong. */
  private static int groups(String text) {
    String[] parts = text.split(":", -1);
    int count = 0;
    for (int i = 0; i < parts.length; i++) {
      if (GROUP.matcher(parts[i]).matches()) {
        count++;
      } else if (i == parts.length - 1 && IPV4.matcher(parts[i]).matches()) {
        count += 2;
      } else {
        return -1;
      }
    }
    return count;
  }
}
