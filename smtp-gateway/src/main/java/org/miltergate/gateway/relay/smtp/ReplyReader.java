package org.miltergate.gateway.relay.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.ByteStream;

/**
 * Reads replies, of one line or many (RFC 5321, section 4.2). The code decides; oddities in the
 * rest of a reply are tolerated.
 *
 * <p>A line ends with LF; any number of CR before it are dropped. It begins with a code from 200 to
 * 599; a hyphen after the code says that another line follows, and anything else, except a digit,
 * says that this is the last one. If the lines have different codes, the last one counts, as with
 * Postfix. A line without a code is text of the reply that has begun.
 *
 * <p>Of the text, the first {@value #MAX_LINES} lines and of each the first {@value
 * #MAX_LINE_BYTES} bytes are kept, up to {@value #MAX_KEPT_BYTES} bytes in all; see {@link
 * ReplyText} for their characters. The rest is read and dropped.
 *
 * <p>Not thread-safe.
 *
 * @see "postfix src/smtp/smtp_chat.c"
 */
final class ReplyReader {
  static final int MAX_LINE_BYTES = 2048;
  static final int MAX_LINES = 100;
  static final int MAX_KEPT_BYTES = 16 * 1024;
  static final int MAX_BYTES = 16 * 1024 * 1024;
  private static final int MAX_GARBAGE_LINES = 100;
  private static final int CODE_DIGITS = 3;
  private static final int NO_CODE = 0;

  private final ByteStream connection;
  private final ByteBuffer input = ByteBuffer.allocate(4096).flip();

  // The current line, without what is beyond the limit.
  private final byte[] line = new byte[MAX_LINE_BYTES];
  private int lineLength;

  // The current reply.
  private final List<Bytes> texts = new ArrayList<>();
  private int keptBytes;
  private int bytes;
  private int code;

  ReplyReader(ByteStream connection) {
    this.connection = connection;
  }

  /**
   * Reads the next reply.
   *
   * @throws EOFException if the connection ended before the end of the reply
   * @throws MalformedReplyException if the next line has no code, and no reply has begun; the line
   *     is dropped, and the next call reads what follows it. Also if the reply has more than
   *     {@value #MAX_BYTES} bytes
   */
  SmtpReply read() throws IOException {
    texts.clear();
    keptBytes = 0;
    bytes = 0;
    code = NO_CODE;
    while (true) {
      readLine();
      int codeOfLine = codeOfLine();
      if (codeOfLine != NO_CODE) {
        code = codeOfLine;
      } else if (code == NO_CODE) {
        String found = excerpt();
        lineLength = 0;
        throw new MalformedReplyException(
            "'%s' is not a reply, must begin with a code from 200 to 599".formatted(found));
      }
      keep();
      boolean more = codeOfLine == NO_CODE || lineLength > CODE_DIGITS && line[CODE_DIGITS] == '-';
      lineLength = 0;
      if (!more) {
        return new SmtpReply(code, texts);
      }
    }
  }

  /**
   * Reads the next reply, and skips lines before it that are no reply; 100 at most.
   *
   * @param onGarbage called after the first such line
   * @throws MalformedReplyException for the first of them, if no reply follows
   * @throws IOException as {@link #read}
   */
  SmtpReply readPastGarbage(Runnable onGarbage) throws IOException {
    MalformedReplyException garbage;
    try {
      return read();
    } catch (MalformedReplyException e) {
      garbage = e;
    }
    onGarbage.run();
    for (int lines = 1; lines < MAX_GARBAGE_LINES && unfinished().isEmpty(); lines++) {
      try {
        return read();
      } catch (MalformedReplyException e) {
        garbage.addSuppressed(e); // the first such line says enough
      } catch (IOException e) {
        break;
      }
    }
    throw garbage;
  }

  /**
   * Returns the reply as far as it came before {@link #read} failed; empty if its code is not
   * known. Nothing can be read afterwards.
   */
  Optional<SmtpReply> unfinished() {
    int codeOfLine = codeOfLine();
    if (codeOfLine != NO_CODE) {
      code = codeOfLine;
      keep();
      lineLength = 0;
    }
    return code == NO_CODE ? Optional.empty() : Optional.of(new SmtpReply(code, texts));
  }

  /**
   * Returns whether bytes came that no reply was awaited for, or the connection has ended, as far
   * as can be known without waiting.
   */
  boolean hasStrayInput() throws IOException {
    return hasBufferedBytes() || readNow() != 0;
  }

  /** Returns whether bytes came that no reply was awaited for. */
  boolean hasUnreadBytes() throws IOException {
    return hasBufferedBytes() || readNow() > 0;
  }

  /** Returns whether bytes that no reply was awaited for came together with the last reply. */
  boolean hasBufferedBytes() {
    return input.hasRemaining();
  }

  private int readNow() throws IOException {
    int count = connection.readNow(input.clear());
    input.flip();
    return count;
  }

  /** Returns the code that the current line begins with, or {@link #NO_CODE}. */
  private int codeOfLine() {
    boolean valid =
        lineLength >= CODE_DIGITS
            && line[0] >= '2'
            && line[0] <= '5'
            && isDigit(line[1])
            && isDigit(line[2])
            && (lineLength == CODE_DIGITS || !isDigit(line[CODE_DIGITS]));
    return valid ? (line[0] - '0') * 100 + (line[1] - '0') * 10 + (line[2] - '0') : NO_CODE;
  }

  private void keep() {
    if (texts.isEmpty() || texts.size() < MAX_LINES && keptBytes + lineLength <= MAX_KEPT_BYTES) {
      int start = textStart();
      texts.add(ReplyText.of(line, start, lineLength - start));
      keptBytes += lineLength;
    }
  }

  private int textStart() {
    if (codeOfLine() == NO_CODE) {
      return 0;
    }
    boolean separated =
        lineLength > CODE_DIGITS
            && (line[CODE_DIGITS] == ' '
                || line[CODE_DIGITS] == '\t'
                || line[CODE_DIGITS] == '-'
                || line[CODE_DIGITS] == 0);
    return separated ? CODE_DIGITS + 1 : CODE_DIGITS;
  }

  /** Puts the next line into {@link #line}, without its end and what is beyond the limit. */
  private void readLine() throws IOException {
    lineLength = 0;
    int carriageReturns = 0;
    while (true) {
      if (!input.hasRemaining()) {
        fill();
      }
      byte next = input.get();
      if (++bytes > MAX_BYTES) {
        throw new MalformedReplyException("reply is longer than " + MAX_BYTES + " bytes");
      }
      if (next == '\n') {
        return;
      }
      if (next == '\r') {
        carriageReturns++; // part of the text only if more than the line end follows
        continue;
      }
      for (; carriageReturns > 0 && lineLength < MAX_LINE_BYTES; carriageReturns--) {
        line[lineLength++] = '\r';
      }
      carriageReturns = 0;
      if (lineLength < MAX_LINE_BYTES) {
        line[lineLength++] = next;
      }
    }
  }

  private void fill() throws IOException {
    int count;
    try {
      count = connection.read(input.clear());
    } finally {
      input.flip();
    }
    if (count < 0) {
      throw new EOFException("end of stream");
    }
  }

  private String excerpt() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < Math.min(lineLength, 60); i++) {
      text.append(line[i] >= ' ' && line[i] < 0x7f ? (char) line[i] : '?');
    }
    return lineLength > 60 ? text + "..." : text.toString();
  }

  private static boolean isDigit(byte value) {
    return value >= '0' && value <= '9';
  }
}
