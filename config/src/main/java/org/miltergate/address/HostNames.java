package org.miltergate.address;

import java.util.regex.Pattern;

/** Checks whether texts are host names; nothing is looked up. */
public final class HostNames {
  /** RFC 1123, section 2.1: letters, digits and inner hyphens, labels of at most 63. */
  private static final Pattern HOST_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
              + "(?:\\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?)*");

  private static final Pattern DIALLED_NAME =
      Pattern.compile(
          "(?=.{1,253}$)[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?"
              + "(?:\\.[A-Za-z0-9_](?:[A-Za-z0-9_-]{0,61}[A-Za-z0-9_])?)*");

  private static final Pattern DIGITS_AND_DOTS = Pattern.compile("[0-9.]+");

  private HostNames() {}

  /**
   * Returns whether the text is a host name by RFC 1123. An IPv4 address is not one, although its
   * characters would be allowed.
   */
  public static boolean isHostName(String text) {
    return HOST_NAME.matcher(text).matches() && !DIGITS_AND_DOTS.matcher(text).matches();
  }

  /**
   * Returns whether DNS or a hosts file may have the name. Besides host names, these may contain
   * underscores, as names of containers do.
   */
  public static boolean isDialledName(String text) {
    return DIALLED_NAME.matcher(text).matches() && !DIGITS_AND_DOTS.matcher(text).matches();
  }
}
