package org.miltergate.gateway.dns;

import java.net.InetAddress;
import org.xbill.DNS.Name;
import org.xbill.DNS.TextParseException;

/**
 * Checks host names that others have written, before they get into a log, a field or a question.
 *
 * @see "postfix src/util/valid_hostname.c; RFC 952, RFC 1123 2.1"
 */
public final class HostName {
  private static final int MAX_LENGTH = 255;
  private static final int MAX_LABEL_LENGTH = 63;

  private HostName() {}

  /**
   * Returns whether the text is a host name: labels of up to 63 letters, digits, hyphens (not at an
   * end) and underscores with single dots between them, up to 255 characters, and not only digits,
   * as an address could be taken for a name then.
   */
  public static boolean isValid(String text) {
    if (text.isEmpty() || text.length() > MAX_LENGTH) {
      return false;
    }
    boolean numeric = true;
    for (String label : text.split("\\.", -1)) {
      if (!isLabel(label)) {
        return false;
      }
      numeric = numeric && label.chars().allMatch(c -> c >= '0' && c <= '9');
    }
    return !numeric;
  }

  private static boolean isLabel(String label) {
    return !label.isEmpty()
        && label.length() <= MAX_LABEL_LENGTH
        && !label.startsWith("-")
        && !label.endsWith("-")
        && label.chars().allMatch(HostName::isLabelCharacter);
  }

  private static boolean isLabelCharacter(int c) {
    return c >= 'a' && c <= 'z'
        || c >= 'A' && c <= 'Z'
        || c >= '0' && c <= '9'
        || c == '-'
        || c == '_';
  }

  /** Returns the name as text without the last dot; what is no host name has a backslash then. */
  static String text(Name name) {
    return name.toString(true);
  }

  /**
   * Returns a valid host name as a question needs it.
   *
   * @throws IllegalArgumentException if the name is not valid
   */
  static Name absolute(String hostName) {
    if (!isValid(hostName)) {
      throw new IllegalArgumentException("'" + hostName + "' is no host name");
    }
    try {
      return Name.fromString(hostName, Name.root);
    } catch (TextParseException e) {
      throw new IllegalArgumentException("'" + hostName + "' is no host name", e);
    }
  }

  /** Returns the question for the name of an address. */
  static Name reverse(InetAddress address) {
    return org.xbill.DNS.ReverseMap.fromAddress(address);
  }
}
