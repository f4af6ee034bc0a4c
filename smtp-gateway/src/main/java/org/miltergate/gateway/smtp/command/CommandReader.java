package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.util.Optional;
import java.util.function.Supplier;
import org.miltergate.config.BareNewlines;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.net.Deadline;

/**
 * Reads command lines.
 *
 * <p>A line ends with CRLF. A bare LF is a line of its own kind, {@link Line.BareLineFeed}, unless
 * the client's are to be taken as line ends (Postfix {@code smtpd_forbid_bare_newline}, {@code
 * reject} and {@code normalize}). A bare CR, NUL and 8-bit bytes are part of the line. What is too
 * long is read to its end and discarded, so that no part of it can run as a command.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
public final class CommandReader {
  /** How much of a line that is too long is read before it counts as endless. */
  static final int MAX_DRAINED_BYTES = 1024 * 1024;

  /** What RFC 4954 4 holds sufficient for a line of AUTH, and its line end. */
  static final int MAX_AUTH_LINE_BYTES = 12_288 + 2;

  /** Enough for every word that matters, and a byte more. */
  private static final int WORD_BYTES = 10;

  // RFC 8446, 5.1: every version begins with a record of this type and major version.
  private static final byte HANDSHAKE = 22;
  private static final byte MAJOR_VERSION = 3;

  /** What came from the client. */
  public sealed interface Line {
    /** A command, without its line end. */
    record Text(Bytes bytes) implements Line {}

    /**
     * A line above the limit; it was read to its end.
     *
     * @param word its first one, or the beginning of it; empty if there are but blanks
     */
    record TooLong(Bytes word) implements Line {
      /** Returns the command that it would have been. */
      Optional<SmtpVerb> verb() {
        return SmtpVerb.of(word);
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
  private final Supplier<BareNewlines> bareNewlines;

  /**
   * @param bareNewlines of the client, which may become another one by XCLIENT
   */
  public CommandReader(ClientInput input, Supplier<BareNewlines> bareNewlines) {
    this.input = input;
    this.bareNewlines = bareNewlines;
  }

  /** Returns whether {@link #read} would answer without waiting for the client. */
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
  public Line read(int maxBytes, Deadline deadline) throws IOException {
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
        return drain(word(), deadline);
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
      Line tooLong = new Line.TooLong(word());
      input.takeTo(end + 1);
      return tooLong;
    }
    input.takeTo(end + 1);
    BareNewlines setting = bareNewlines.get();
    if (!endsWithCr && setting == BareNewlines.REJECT) {
      return new Line.BareLineFeed();
    }
    while (setting == BareNewlines.ACCEPT && textEnd > start && bytes[textEnd - 1] == '\r') {
      textEnd--; // as in a message
    }
    return new Line.Text(Bytes.copyOf(bytes, start, textEnd - start));
  }

  /** Returns the first word of what has come of the line, or as much of it as matters. */
  private Bytes word() {
    byte[] bytes = input.array();
    int start = input.position();
    while (start < input.limit() && isBlank(bytes[start])) {
      start++;
    }
    int end = start;
    int most = Math.min(input.limit(), start + WORD_BYTES);
    while (end < most && !isBlank(bytes[end]) && bytes[end] != '\r' && bytes[end] != '\n') {
      end++;
    }
    return Bytes.copyOf(bytes, start, end - start);
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t';
  }

  private int limit(int maxBytes) {
    boolean isAuth = SmtpVerb.of(word()).filter(verb -> verb == SmtpVerb.AUTH).isPresent();
    return isAuth ? Math.max(maxBytes, MAX_AUTH_LINE_BYTES) : maxBytes;
  }

  private Line drain(Bytes word, Deadline deadline) throws IOException {
    long drained = 0;
    while (true) {
      int end = input.indexOf((byte) '\n', input.position());
      if (end >= 0) {
        input.takeTo(end + 1);
        return new Line.TooLong(word);
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
