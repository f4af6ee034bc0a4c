package org.miltergate.config.text;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Numbers of bytes as text: a whole number, alone or with one of the units KiB, MiB, GiB. */
public final class SizeText {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,15})(|B|KiB|MiB|GiB)");
  private static final int KIB = 10;
  private static final int MIB = 20;
  private static final int GIB = 30;

  private SizeText() {}

  /**
   * Reads text such as {@code 2048}, {@code 512KiB}, {@code 10MiB} or {@code 1GiB}.
   *
   * @throws IllegalArgumentException if it is anything else
   */
  public static long parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a size; write a number of bytes or a number and KiB, MiB or GiB,"
              + " such as 512KiB or 10MiB");
    }
    long number = Long.parseLong(form.group(1));
    int shift = shift(form.group(2));
    if (number > Long.MAX_VALUE >> shift) {
      throw new IllegalArgumentException("'" + text + "' is too large; write at most 1024GiB");
    }
    return number << shift;
  }

  private static int shift(String unit) {
    return switch (unit) {
      case "KiB" -> KIB;
      case "MiB" -> MIB;
      case "GiB" -> GIB;
      default -> 0;
    };
  }

  /** Writes the largest unit that needs no fraction, none below 1 KiB. */
  public static String format(long bytes) {
    if (bytes == 0 || bytes % (1L << KIB) != 0) {
      return Long.toString(bytes);
    }
    if (bytes % (1L << MIB) != 0) {
      return (bytes >> KIB) + "KiB";
    }
    return bytes % (1L << GIB) != 0 ? (bytes >> MIB) + "MiB" : (bytes >> GIB) + "GiB";
  }
}
