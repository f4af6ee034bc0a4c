package org.miltergate.milter.filter.stream;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;

/**
 * Changes bytes as they are read, with a bounded memory of what came before.
 *
 * <p>One transform is good for one stream. Not thread-safe; use from one thread at a time.
 */
public interface ByteTransform {

  /** Takes the bytes that a transform makes. */
  interface Output {
    void write(int octet);
  }

  /** Handles the next byte, 0 to 255; writes at most {@value #MAX_BYTES_EACH} bytes. */
  void next(int octet, Output out);

  /** Handles the end of the stream; writes at most {@value #MAX_BYTES_EACH} bytes. */
  default void end(Output out) {}

  /** How many bytes a transform may write at once. */
  int MAX_BYTES_EACH = 8;

  /**
   * Turns every bare LF and bare CR into CRLF and ends the last line; an empty stream stays empty.
   */
  static ByteTransform crlf() {
    return new CrlfTransform();
  }

  /**
   * Breaks lines with CRLF so that none is longer, never inside a character of UTF-8.
   *
   * @param maxBytes without the line end; RFC 5322, section 2.1.1, allows 998; at least 4
   */
  static ByteTransform maxLineLength(int maxBytes) {
    return new LineLengthTransform(maxBytes);
  }

  /** Leaves NUL out, which no message may contain (RFC 5322, section 4). */
  static ByteTransform withoutNul() {
    return (octet, out) -> {
      if (octet != 0) {
        out.write(octet);
      }
    };
  }

  /** Doubles percent signs, as the text of a milter's reply needs them ({@code smfi_setreply}). */
  static ByteTransform doublePercent() {
    return (octet, out) -> {
      out.write(octet);
      if (octet == '%') {
        out.write('%');
      }
    };
  }

  /** Returns a stream that reads another through this transform; closing it closes the other. */
  default InputStream apply(InputStream source) {
    return new TransformedInputStream(source, this);
  }

  /**
   * Makes a body fit for SMTP: without NUL, with CRLF at the end of each line, and no line longer
   * than 998 bytes.
   */
  static InputStream fitForSmtp(InputStream source) {
    return maxLineLength(998).apply(crlf().apply(withoutNul().apply(source)));
  }

  /** Returns the bytes after the transform; for short texts. */
  default byte[] apply(byte[] text) {
    try (InputStream in = apply(new ByteArrayInputStream(text))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException("reading from memory failed", e);
    }
  }
}
