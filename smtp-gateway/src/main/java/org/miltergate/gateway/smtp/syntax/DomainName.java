package org.miltergate.gateway.smtp.syntax;

import org.miltergate.address.Domains;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.bytes.Bytes;

/**
 * Checks names of the DNS in addresses, in ASCII or in Unicode.
 *
 * @see "RFC 5321 4.1.2, 4.5.3.1.2; RFC 1035 2.3.4; postfix src/util/valid_hostname.c"
 */
final class DomainName {
  private static final int MAX_BYTES = 255;
  private static final int MAX_LABEL_BYTES = 63;

  private DomainName() {}

  /**
   * Returns whether that is a name: labels of 1 to {@value #MAX_LABEL_BYTES} bytes, {@value
   * #MAX_BYTES} together, of letters, digits and hyphens (and {@code _}, except for {@link
   * AddressSyntax#STRICT}), no hyphen first or last in a label, and not numbers alone, which would
   * be an address. For a name in Unicode all that holds of its ASCII form.
   *
   * @param name without a dot at its end
   */
  static boolean isValid(Bytes name, AddressSyntax syntax) {
    return Domains.toAscii(name.toUtf8String())
        .filter(ascii -> isAsciiName(Bytes.ofUtf8(ascii), syntax))
        .isPresent();
  }

  private static boolean isAsciiName(Bytes name, AddressSyntax syntax) {
    if (name.isEmpty() || name.length() > MAX_BYTES) {
      return false;
    }
    boolean numeric = true;
    int start = 0;
    while (start <= name.length()) {
      int dot = name.indexOf('.', start);
      int end = dot < 0 ? name.length() : dot;
      Bytes label = name.slice(start, end);
      if (!isLabel(label, syntax)) {
        return false;
      }
      numeric &= isNumber(label);
      start = end + 1;
    }
    return !numeric;
  }

  private static boolean isLabel(Bytes label, AddressSyntax syntax) {
    if (label.isEmpty() || label.at(0) == '-' || label.at(label.length() - 1) == '-') {
      return false;
    }
    for (int i = 0; i < label.length(); i++) {
      int value = label.at(i);
      boolean allowed = value == '_' ? syntax != AddressSyntax.STRICT : isLetterDigitHyphen(value);
      if (!allowed) {
        return false;
      }
    }
    return label.length() <= MAX_LABEL_BYTES;
  }

  static boolean isLetterDigitHyphen(int value) {
    return value >= 'a' && value <= 'z'
        || value >= 'A' && value <= 'Z'
        || value >= '0' && value <= '9'
        || value == '-';
  }

  private static boolean isNumber(Bytes label) {
    for (int i = 0; i < label.length(); i++) {
      if (label.at(i) < '0' || label.at(i) > '9') {
        return false;
      }
    }
    return true;
  }
}
