package org.miltergate.gateway.smtp;

import java.net.IDN;
import org.miltergate.config.AddressSyntax;
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
   * Tells whether that is a name: labels of 1 to {@value #MAX_LABEL_BYTES} bytes, {@value
   * #MAX_BYTES} together, of letters, digits and hyphens (and {@code _}, but for {@link
   * AddressSyntax#STRICT}), no hyphen first or last in a label, and not numbers alone, which would
   * be an address. A label in Unicode counts as long as its ASCII form.
   *
   * @param name without a dot at its end
   */
  static boolean isValid(Bytes name, AddressSyntax syntax) {
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
    boolean ascii = true;
    for (int i = 0; i < label.length(); i++) {
      int value = label.at(i);
      if (value < 0) {
        ascii = false;
      } else if (value == '_' ? syntax == AddressSyntax.STRICT : !isLetterDigitHyphen(value)) {
        return false;
      }
    }
    return ascii ? label.length() <= MAX_LABEL_BYTES : hasAsciiForm(label);
  }

  static boolean isLetterDigitHyphen(int value) {
    return value >= 'a' && value <= 'z'
        || value >= 'A' && value <= 'Z'
        || value >= '0' && value <= '9'
        || value == '-';
  }

  private static boolean hasAsciiForm(Bytes label) {
    try {
      return IDN.toASCII(label.toUtf8String(), IDN.ALLOW_UNASSIGNED).length() <= MAX_LABEL_BYTES;
    } catch (IllegalArgumentException e) {
      return false;
    }
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
