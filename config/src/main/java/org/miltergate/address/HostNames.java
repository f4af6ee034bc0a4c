package org.miltergate.address;

/**
 * Which texts are names of hosts; nothing is looked up.
 *
 * <p>All rules have labels of 1 to 63 letters, digits and inner hyphens in ASCII, separated by
 * single dots, and refuse names of digits alone, which could be taken for an address. They differ
 * in the underscore and in the length.
 *
 * @see "RFC 1123, section 2.1; RFC 1035, section 2.3.4; postfix src/util/valid_hostname.c"
 */
public final class HostNames {
  private static final int MAX_LABEL = 63;

  /** As much text as a name of 255 octets in the DNS may be. */
  private static final int MAX_IN_DNS = 253;

  /** RFC 5321, section 4.5.3.1.2, and Postfix. */
  private static final int MAX_IN_MAIL = 255;

  private HostNames() {}

  /** Returns whether the text is a host name as RFC 1123 has it, at most 253 characters. */
  public static boolean isHostName(String text) {
    return text.length() <= MAX_IN_DNS && isStrictMailName(text);
  }

  /**
   * Returns whether DNS or a hosts file may have the name, at most 253 characters. Besides names of
   * hosts there are some with an underscore, such as those of containers.
   */
  public static boolean isDialledName(String text) {
    return text.length() <= MAX_IN_DNS && isMailName(text);
  }

  /**
   * Returns whether a peer may use the name in SMTP: at most 255 characters, and underscores are
   * taken, as Postfix takes them.
   */
  public static boolean isMailName(String text) {
    return isStrictMailName(text.replace('_', 'a'));
  }

  /** Returns whether RFC 5321 allows the name in SMTP, at most 255 characters. */
  public static boolean isStrictMailName(String text) {
    if (text.length() > MAX_IN_MAIL) {
      return false;
    }
    boolean numeric = true;
    for (String label : text.split("\\.", -1)) {
      if (!isLabel(label)) {
        return false;
      }
      numeric &= label.chars().allMatch(c -> c >= '0' && c <= '9');
    }
    return !numeric;
  }

  private static boolean isLabel(String label) {
    return !label.isEmpty()
        && label.length() <= MAX_LABEL
        && !label.startsWith("-")
        && !label.endsWith("-")
        && label.chars().allMatch(HostNames::isLetterDigitHyphen);
  }

  /** Returns whether the character is a letter or digit in ASCII, or a hyphen. */
  public static boolean isLetterDigitHyphen(int c) {
    return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '-';
  }
}
