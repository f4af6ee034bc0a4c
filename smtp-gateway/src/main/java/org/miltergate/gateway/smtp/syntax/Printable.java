package org.miltergate.gateway.smtp.syntax;

import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/** Converts a peer's text for a log line or a reply: one line, without control characters. */
public final class Printable {
  private static final int MAX_BYTES = 256;

  private Printable() {}

  /** Returns printable ASCII unchanged and any other byte as {@code ?}; cut at 256 bytes. */
  public static String ascii(Bytes text) {
    int length = Math.min(text.length(), MAX_BYTES);
    StringBuilder printable = new StringBuilder(length);
    for (int i = 0; i < length; i++) {
      byte value = text.at(i);
      printable.append(PrintableText.isPrintableAscii(value) ? (char) value : '?');
    }
    return printable.toString();
  }

  /** Returns the text read as UTF-8, by the rule of {@link PrintableText}; cut at 256 bytes. */
  public static String utf8(Bytes text) {
    return PrintableText.of(text.slice(0, Math.min(text.length(), MAX_BYTES)).toUtf8String());
  }

  /** As {@link #utf8(Bytes)}. */
  public static String utf8(String text) {
    return utf8(Bytes.ofUtf8(text));
  }
}
