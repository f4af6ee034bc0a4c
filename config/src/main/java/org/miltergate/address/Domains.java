package org.miltergate.address;

import com.ibm.icu.text.IDNA;
import java.net.InetAddress;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.net.IpText;

/**
 * The domains of mail addresses: the one place that decides which of them are the same.
 *
 * <p>Names in Unicode follow IDNA 2008 as in UTS 46, without the transitional mapping: {@code
 * straße.test} is {@code xn--strae-oqa.test} and not {@code strasse.test}. Case, a final dot and
 * the notation of an IPv6 address do not matter.
 *
 * @see "RFC 5891, UTS 46; postfix src/util/midna_domain.c"
 */
public final class Domains {
  private static final String IPV6 = "[ipv6:";

  private Domains() {}

  /** Loads the tables of ICU when a name in Unicode is seen for the first time. */
  private static final class Uts46 {
    static final IDNA NON_TRANSITIONAL =
        IDNA.getUTS46Instance(
            IDNA.NONTRANSITIONAL_TO_ASCII
                | IDNA.NONTRANSITIONAL_TO_UNICODE
                | IDNA.CHECK_BIDI
                | IDNA.CHECK_CONTEXTJ);
  }

  /**
   * Returns a form that is equal for domains that are the same, in lower case and ASCII.
   *
   * <p>A text that is not a domain is only converted to lower case, and equals no domain.
   *
   * @param domain in Unicode or ASCII, or an address in brackets
   */
  public static String normalized(String domain) {
    String name = withoutFinalDot(domain);
    if (name.startsWith("[")) {
      return literal(name.toLowerCase(Locale.ROOT));
    }
    return toAscii(name).orElseGet(() -> name.toLowerCase(Locale.ROOT));
  }

  /**
   * Returns the name as in the DNS, in lower case.
   *
   * <p>An ASCII name is returned unchecked, including underscores, which mail servers accept.
   *
   * @param name without a dot at its end
   * @return empty if the name is in Unicode and not valid in the DNS because of its characters or
   *     the length of its ASCII form
   */
  public static Optional<String> toAscii(String name) {
    if (name.chars().allMatch(c -> c < 0x80)) {
      return Optional.of(name.toLowerCase(Locale.ROOT));
    }
    IDNA.Info info = new IDNA.Info();
    StringBuilder ascii = new StringBuilder();
    Uts46.NON_TRANSITIONAL.nameToASCII(name, ascii, info);
    boolean empty = ascii.isEmpty() || ascii.charAt(ascii.length() - 1) == '.';
    return info.hasErrors() || empty
        ? Optional.empty()
        : Optional.of(ascii.toString().toLowerCase(Locale.ROOT));
  }

  private static String withoutFinalDot(String domain) {
    return domain.endsWith(".") ? domain.substring(0, domain.length() - 1) : domain;
  }

  private static String literal(String literal) {
    if (!literal.startsWith(IPV6) || !literal.endsWith("]")) {
      return literal;
    }
    Optional<InetAddress> address =
        IpText.parse(literal.substring(IPV6.length(), literal.length() - 1));
    return address
        .map(a -> (a.getAddress().length == 4 ? "[" : IPV6) + IpText.format(a) + "]")
        .orElse(literal);
  }
}
