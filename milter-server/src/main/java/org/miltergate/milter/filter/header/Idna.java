package org.miltergate.milter.filter.header;

import java.net.IDN;
import java.util.Locale;

/**
 * Converts mail domains between the form that people read and the form of DNS (A-labels).
 *
 * <p>It is Java's own {@link IDN}, which is IDNA 2003, so that this module needs no library. The
 * two standards give different domains for four characters only: sharp s, the Greek final sigma,
 * and the two joiners. A domain with one of these is refused rather than taken for another; write
 * it with A-labels.
 */
public final class Idna {
  private static final String DIFFERENT = "\u00df\u03c2\u200c\u200d";

  private Idna() {}

  /**
   * Returns an address or a domain with its domain in the form of DNS.
   *
   * <p>A domain in ASCII is returned unchanged, and so is the local part.
   *
   * @throws IllegalArgumentException if the domain is not valid in IDNA, or means another domain in
   *     IDNA 2008
   */
  public static String toAscii(String address) {
    int at = address.lastIndexOf('@');
    String domain = address.substring(at + 1);
    if (domain.chars().allMatch(c -> c < 0x80)) {
      return address;
    }
    domain
        .chars()
        .filter(c -> DIFFERENT.indexOf(c) >= 0)
        .findFirst()
        .ifPresent(c -> {
          throw new IllegalArgumentException(
              String.format(
                  Locale.ROOT,
                  "domain '%s' has U+%04X, on which the standards differ; write it with A-labels",
                  domain,
                  c));
        });
    try {
      return address.substring(0, at + 1) + IDN.toASCII(domain, IDN.USE_STD3_ASCII_RULES);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(
          "domain '" + domain + "' is not valid in IDNA: " + e.getMessage(), e);
    }
  }

  /**
   * Returns an address or a domain with its domain as people read it; labels that cannot be
   * converted stay as they are.
   */
  public static String toUnicode(String address) {
    int at = address.lastIndexOf('@');
    return address.substring(0, at + 1) + IDN.toUnicode(address.substring(at + 1));
  }
}
