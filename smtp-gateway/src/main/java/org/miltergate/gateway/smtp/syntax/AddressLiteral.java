package org.miltergate.gateway.smtp.syntax;

import java.util.Locale;
import java.util.regex.Pattern;
import org.miltergate.net.IpText;

/**
 * Checks address literals, {@code 192.0.2.1} and {@code IPv6:2001:db8::1}, without the brackets.
 */
final class AddressLiteral {
  private static final Pattern GENERAL =
      Pattern.compile("[A-Za-z0-9-]*+(?<=[A-Za-z0-9]):[!-Z^-~]++");
  private static final String IPV6_TAG = "ipv6:";

  private AddressLiteral() {}

  static boolean isValid(String literal) {
    String lower = literal.toLowerCase(Locale.ROOT);
    return lower.startsWith(IPV6_TAG)
        ? IpText.isIpv6(lower.substring(IPV6_TAG.length()))
        : IpText.isIpv4(lower);
  }

  /** Returns whether that is a tag and what only its users know, {@code TAG:content}. */
  static boolean isGeneral(String literal) {
    return !literal.toLowerCase(Locale.ROOT).startsWith(IPV6_TAG)
        && GENERAL.matcher(literal).matches();
  }
}
