package org.miltergate.gateway.smtp;

import org.miltergate.milter.bytes.Bytes;

/** Makes text of a peer fit for a log line or a reply: one line, and no control characters. */
final class Printable {
  private static final int MAX_BYTES = 256;

  private Printable() {}

  /** Returns printable ASCII as it is and any other byte as {@code ?}; cut at 256 bytes. */
  static String ascii(Bytes text) {
    int length = Math.min(text.length(), MAX_BYTES);
    StringBuilder printable = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      byte value = text.at(i);
      printable.append(value >= ' ' && value != 0x7f ? (char) value : '?');
    }
    return printable.toString();
  }

  /** Returns the text read as UTF-8, control characters as {@code ?}; cut at 256 bytes. */
  static String utf8(Bytes text) {
    String whole = text.slice(0, Math.min(text.length(), MAX_BYTES)).toUtf8String();
    StringBuilder printable = new StringBuilder(whole.length());
    whole.codePoints().forEach(point -> printable.appendCodePoint(isHarmless(point) ? point : '?'));
    return printable.toString();
  }

  private static boolean isHarmless(int codePoint) {
    return switch (Character.getType(codePoint)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE,
          Character.UNASSIGNED ->
          false;
      default -> true;
    };
  }
}
