package org.miltergate.gateway.smtp;

import java.io.IOException;
import org.miltergate.config.BareNewlines;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads command lines.
 *
 * <p>A line ends with CRLF. A bare LF is a line of its own kind, {@link Line.BareLineFeed}, unless
 * they are to be taken as line ends (Postfix {@code smtpd_forbid_bare_newline}, {@code reject} and
 * {@code normalize}). A bare CR, NUL and 8-bit bytes are part of the line. What is too long is read
 * to its end and thrown away, so that no part of it can run as a command.
 *
 * <p>Confined to the session's thread.
 */
final class CommandReader {
  /** How much of a line that is too long is read before it counts as endless. */
  static final int MAX_DRAINED_BYTES = 1024 * 1024;

  /** What RFC 4954 4 holds sufficient for a line of AUTH, and its line end. */
  static final int MAX_AUTH_LINE_BYTES = 12_288 + 2;

  private static final Bytes AUTH = Bytes.ofLatin1("AUTH ");

  // RFC 8446, 5.1: every version begins with a record of this type and major version.
  private static final byte HANDSHAKE = 22;
  private static final byte MAJOR_VERSION = 3;

  /** What came from the client. */
  sealed interface Line {
    /** A command, without its line end. */
    record Text(Bytes bytes) implements Line {}

    /**
     * A line above the limit; it was read to its end.
     *
     * @param start its first bytes, as many as {@code AUTH} and a blank have
     */
    record TooLong(Bytes start) implements Line {
      boolean isAuth() {
        return start.equalsIgnoreAsciiCase(AUTH);
      }
    }

    /** More than {@value CommandReader#MAX_DRAINED_BYTES} bytes without a line end. */
    record Endless() implements Line {}

    /** A line that ended with LF alone, where that is refused. */
    record BareLineFeed() implements Line {}

    /** No line at all: the client begins a TLS handshake. */
    record TlsHandshake() implements Line {}

    /** The client closed its side; what it had sent of a line is dropped. */
    record End() implements Line {}
  }

  private final ClientInput input;
  private final BareNewlines bareNewlines;

  CommandReader(ClientInput input, BareNewlines bareNewlines) {
    this.input = input;
    this.bareNewlines = bareNewlines;
  }

  /** Tells whether {@link #read} would answer without waiting for the client. */
  boolean hasLine() {
    return input.indexOf((byte) '\n', input.position()) >= 0;
  }

  /**
   * Reads one line.
   *
   * @param maxBytes limit for the line, its line end included; an AUTH command may have {@value
   *     #MAX_AUTH_LINE_BYTES}
   * @param deadline for the whole line, however it drips in
   * @throws ClientTimeoutException if the line has not ended by then
   * @throws ClientGoneException if the connection broke
   */
  Line read(int maxBytes, Deadline deadline) throws IOException {
    int seen = 0;
    while (true) {
      if (isTlsHandshake()) {
        return new Line.TlsHandshake();
      }
      int end = input.indexOf((byte) '\n', input.position() + seen);
      if (end >= 0) {
        return take(end, maxBytes);
      }
      seen = input.available();
      if (seen >= maxBytes && seen >= limit(maxBytes)) {
        return drain(start(), deadline);
      }
      if (!input.fill(deadline)) {
        input.takeTo(input.limit());
        return new Line.End();
      }
    }
  }

  /** The first two bytes of it are in no command; waiting for the end of a line would take long. */
  private boolean isTlsHandshake() {
    int start = input.position();
    return input.available() >= 2
        && input.array()[start] == HANDSHAKE
        && input.array()[start + 1] == MAJOR_VERSION;
  }

  private Line take(int end, int maxBytes) {
    int start = input.position();
    byte[] bytes = input.array();
    boolean endsWithCr = end > start && bytes[end - 1] == '\r';
    int textEnd = endsWithCr ? end - 1 : end;
    int length = end + 1 - start;
    if (length > maxBytes && length > limit(maxBytes)) {
      Line tooLong = new Line.TooLong(start());
      input.takeTo(end + 1);
      return tooLong;
    }
    input.takeTo(end + 1);
    if (!endsWithCr && bareNewlines == BareNewlines.REJECT) {
      return new Line.BareLineFeed();
    }
    return new Line.Text(Bytes.copyOf(bytes, start, textEnd - start));
  }

  /** Returns the first bytes of the line, as many as the word AUTH and a blank have. */
  private Bytes start() {
    return Bytes.copyOf(
        input.array(), input.position(), Math.min(AUTH.length(), input.available()));
  }

  private int limit(int maxBytes) {
    return start().equalsIgnoreAsciiCase(AUTH) ? Math.max(maxBytes, MAX_AUTH_LINE_BYTES) : maxBytes;
  }

  private Line drain(Bytes start, Deadline deadline) throws IOException {
    long drained = 0;
    while (true) {
      int end = input.indexOf((byte) '\n', input.position());
      if (end >= 0) {
        input.takeTo(end + 1);
        return new Line.TooLong(start);
      }
      drained += input.available();
      input.takeTo(input.limit());
      if (drained > MAX_DRAINED_BYTES) {
        return new Line.Endless();
      }
      if (!input.fill(deadline)) {
        return new Line.End();
      }
    }
  }
}
