package org.miltergate.gateway.relay;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.transport.MilterConnection;

/**
 * Reads replies, of one line or many, with limits (RFC 5321, section 4.2).
 *
 * <p>A line ends with CRLF or, as servers have been seen to do, with LF alone. RFC 5321 limits it
 * to 512 bytes; four times as much is taken.
 *
 * <p>Confined to one thread.
 */
final class ReplyReader {
  static final int MAX_LINE_BYTES = 2048;
  static final int MAX_LINES = 100;
  private static final int CODE_DIGITS = 3;

  private final MilterConnection connection;
  private final ByteBuffer input = ByteBuffer.allocate(4096).flip();
  private final byte[] line = new byte[MAX_LINE_BYTES];

  ReplyReader(MilterConnection connection) {
    this.connection = connection;
  }

  /**
   * Reads the next reply.
   *
   * @throws EOFException if the connection ended before or within it
   * @throws MalformedReplyException if it is none, or is over a limit
   */
  SmtpReply read() throws IOException {
    List<Bytes> texts = new ArrayList<>();
    int code = 0;
    while (texts.size() < MAX_LINES) {
      int length = readLine();
      int codeOfLine = code(length);
      if (!texts.isEmpty() && codeOfLine != code) {
        throw new MalformedReplyException(
            String.format(
                Locale.ROOT, "reply with codes %d and %d, must be the same", code, codeOfLine));
      }
      code = codeOfLine;
      texts.add(text(length));
      if (length == CODE_DIGITS || line[CODE_DIGITS] == ' ') {
        return new SmtpReply(code, texts);
      }
    }
    throw new MalformedReplyException("reply has more than " + MAX_LINES + " lines");
  }

  /** Tells whether bytes were sent that no reply was awaited for, or the connection has ended. */
  boolean hasStrayInput() throws IOException {
    if (input.hasRemaining()) {
      return true;
    }
    int count = connection.readNow(input.clear());
    input.flip();
    return count != 0;
  }

  /** Tells whether bytes were sent that no reply was awaited for. */
  boolean hasUnreadBytes() throws IOException {
    if (input.hasRemaining()) {
      return true;
    }
    int count = connection.readNow(input.clear());
    input.flip();
    return count > 0;
  }

  private int code(int length) throws MalformedReplyException {
    boolean valid =
        length >= CODE_DIGITS
            && line[0] >= '2'
            && line[0] <= '5'
            && isDigit(line[1])
            && isDigit(line[2])
            && (length == CODE_DIGITS || line[CODE_DIGITS] == ' ' || line[CODE_DIGITS] == '-');
    if (!valid) {
      throw new MalformedReplyException(
          "'%s' is no reply, must begin with a code from 200 to 599 and a blank or hyphen"
              .formatted(excerpt(length)));
    }
    return (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0');
  }

  private Bytes text(int length) throws MalformedReplyException {
    for (int i = CODE_DIGITS + 1; i < length; i++) {
      if (line[i] == 0 || line[i] == '\r') {
        throw new MalformedReplyException(
            "reply '%s' holds a NUL or a lone CR".formatted(excerpt(length)));
      }
    }
    return length <= CODE_DIGITS + 1
        ? Bytes.EMPTY
        : Bytes.copyOf(line, CODE_DIGITS + 1, length - CODE_DIGITS - 1);
  }

  /** Puts the next line into {@link #line} and returns its length without the line end. */
  private int readLine() throws IOException {
    int length = 0;
    while (true) {
      if (!input.hasRemaining()) {
        fill();
      }
      byte next = input.get();
      if (next == '\n') {
        return length > 0 && line[length - 1] == '\r' ? length - 1 : length;
      }
      if (length == MAX_LINE_BYTES) {
        throw new MalformedReplyException(
            "line of a reply is longer than " + MAX_LINE_BYTES + " bytes");
      }
      line[length++] = next;
    }
  }

  private void fill() throws IOException {
    int count = connection.read(input.clear());
    input.flip();
    if (count < 0) {
      input.position(input.limit());
      throw new EOFException("end of stream");
    }
  }

  private String excerpt(int length) {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(length, 60); i++) {
      text.append(line[i] >= ' ' && line[i] < 0x7f ? (char) line[i] : '?');
    }
    return length > 60 ? text + "..." : text.toString();
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }
}
