package org.miltergate.milter.text;

/**
 * The rule for external text in a log line, an error or on a terminal: it stays one line, and its
 * characters are shown in their order.
 *
 * <p>Not printable are control characters (including CR, LF, ESC and C1), format characters
 * (bidirectional overrides and isolates, zero-width characters, the byte order mark), line and
 * paragraph separators (U+2028, U+2029), halves of surrogate pairs, private-use and unassigned code
 * points.
 */
public final class PrintableText {
  private PrintableText() {}

  /** Returns the text with {@code ?} for each code point that is not printable. */
  public static String of(String text) {
    if (text.codePoints().allMatch(PrintableText::isPrintable)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().forEach(point -> printable.appendCodePoint(isPrintable(point) ? point : '?'));
    return printable.toString();
  }

  /** Returns whether the code point is printable. */
  public static boolean isPrintable(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
