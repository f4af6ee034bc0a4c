package org.miltergate.milter.text;

import java.util.Locale;

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
  private static final int MAX_ESCAPED_BYTES = 100;

  private PrintableText() {}

  /** Returns the text with {@code ?} for each code point that is not printable. */
  public static String of(String text) {
    if (isPrintable(text)) {
      return text;
    }
    StringBuilder printable = new StringBuilder(text.length());
    text.codePoints().forEach(point -> printable.appendCodePoint(isPrintable(point) ? point : '?'));
    return printable.toString();
  }

  /**
   * Returns the text with {@code \\uNNNN} for each code point that is not printable, for texts in
   * which it matters what it was.
   */
  public static String escape(String text) {
    StringBuilder escaped = new StringBuilder(text.length() + 16);
    text.codePoints()
        .forEach(point -> {
          if (isPrintable(point)) {
            escaped.appendCodePoint(point);
          } else {
            escaped.append(String.format(Locale.ROOT, "\\u%04x", point));
          }
        });
    return escaped.toString();
  }

  /**
   * Returns bytes from a peer for an error text: printable ASCII unchanged, any other byte and the
   * backslash as {@code \\xNN}; of more than 100 bytes only the first, followed by three dots.
   */
  public static String escape(byte[] text) {
    StringBuilder escaped = new StringBuilder();
    for (int i = 0; i < Math.min(text.length, MAX_ESCAPED_BYTES); i++) {
      int octet = text[i] & 0xff;
      if (isPrintableAscii(octet) && octet != '\\') {
        escaped.append((char) octet);
      } else {
        escaped.append(String.format(Locale.ROOT, "\\x%02x", octet));
      }
    }
    return text.length > MAX_ESCAPED_BYTES ? escaped.append("...").toString() : escaped.toString();
  }

  /** Returns the text with {@code ?} for each code point that is not printable ASCII. */
  public static String ascii(String text) {
    StringBuilder ascii = new StringBuilder(text.length());
    text.codePoints().forEach(point -> ascii.append(isPrintableAscii(point) ? (char) point : '?'));
    return ascii.toString();
  }

  /** Returns whether the code point, or octet, is printable ASCII: blank to tilde. */
  public static boolean isPrintableAscii(int codePoint) {
    return codePoint >= ' ' && codePoint <= '~';
  }

  /** A loop, since every log line goes through it. */
  private static boolean isPrintable(String text) {
    int point;
    for (int i = 0; i < text.length(); i += Character.charCount(point)) {
      point = text.codePointAt(i);
      if (!isPrintableAscii(point) && !isPrintable(point)) {
        return false;
      }
    }
    return true;
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
