package org.miltergate.milter.mail;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Takes a message apart while it comes in, in pieces cut anywhere.
 *
 * <p>The law: header block, separator and body of {@link #finish} in a row are the bytes that were
 * appended, whatever they were. LF ends a line, with or without CR before it. The header block ends
 * at the first empty line, or before the first line that is neither a field nor the continuation of
 * one; that line then begins the body and there is no separator. So does a first line that begins
 * with white space.
 *
 * <p>Confined: call from one thread at a time.
 */
public final class MessageParser implements Closeable {
  private static final int FIRST_BUFFER_BYTES = 2048;
  private static final int EMPTY_LINE_BYTES = 2;

  private final BodyStore.Writer body;
  private final long maxHeaderBytes;

  /** All of the header block so far, and the line that is being read. */
  private byte[] buffer = new byte[FIRST_BUFFER_BYTES];

  private int used;
  private int lineStart;
  private final List<Integer> fieldStarts = new ArrayList<>();
  private boolean namedFieldSeen;

  /** Empty until the header block has ended. */
  private Bytes header = Bytes.EMPTY;

  private Bytes separator = Bytes.EMPTY;
  private boolean inBody;

  /**
   * Starts a message.
   *
   * @param store where the body goes
   * @param maxHeaderBytes limit for the header block without the empty line behind it, from 1 on
   */
  public MessageParser(BodyStore store, long maxHeaderBytes) {
    if (maxHeaderBytes < 1) {
      throw new IllegalArgumentException(
          "header limit must be at least 1 byte, was " + maxHeaderBytes);
    }
    this.maxHeaderBytes = Math.min(maxHeaderBytes, Integer.MAX_VALUE - 64);
    this.body = store.writer();
  }

  /**
   * Takes the next bytes of the message, dot-stuffing undone.
   *
   * @throws HeaderTooLargeException if the header block is larger than allowed
   * @throws IOException if the body cannot be stored; nothing of it is kept then
   */
  public void append(byte[] data, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, data.length);
    int at = offset;
    int end = offset + length;
    while (!inBody && at < end) {
      int lineEnd = indexOfLineFeed(data, at, end);
      int piece = (lineEnd < 0 ? end : lineEnd + 1) - at;
      int room = (int) (maxHeaderBytes + EMPTY_LINE_BYTES - used);
      if (piece <= room) {
        take(data, at, piece);
        at += piece;
        if (lineEnd >= 0) {
          endLine();
        }
      } else {
        take(data, at, room);
        at += room;
        startBodyOrRefuse();
      }
    }
    if (at < end) {
      body.write(data, at, end - at);
    }
  }

  private static int indexOfLineFeed(byte[] data, int from, int end) {
    for (int i = from; i < end; i++) {
      if (data[i] == '\n') {
        return i;
      }
    }
    return -1;
  }

  private void take(byte[] data, int at, int length) {
    if (used + length > buffer.length) {
      long doubled = Math.min(2L * buffer.length, maxHeaderBytes + EMPTY_LINE_BYTES);
      buffer = Arrays.copyOf(buffer, (int) Math.max(doubled, (long) used + length));
    }
    System.arraycopy(data, at, buffer, used, length);
    used += length;
  }

  /** Decides what the line is that ends at {@code used}, whether it has a line end or not. */
  private void endLine() throws IOException {
    Bytes line = Bytes.copyOf(buffer, lineStart, used - lineStart);
    if (HeaderSyntax.isEmptyLine(line)) {
      separator = line;
      startBody();
    } else if (isContinuation(line) || startsField(line)) {
      lineStart = used;
      if (used > maxHeaderBytes) {
        throw new HeaderTooLargeException(maxHeaderBytes);
      }
    } else {
      startBody();
      body.write(line);
    }
  }

  private boolean isContinuation(Bytes line) {
    return !fieldStarts.isEmpty() && HeaderSyntax.isBlank(line.at(0));
  }

  private boolean startsField(Bytes line) {
    boolean named = HeaderSyntax.nameEnd(line) > 0;
    if (named || !namedFieldSeen && HeaderSyntax.isMailboxLine(line)) {
      fieldStarts.add(lineStart);
      namedFieldSeen |= named;
      return true;
    }
    return false;
  }

  /**
   * The buffer is full in the middle of a line: that is fine only if the body has begun with it.
   */
  private void startBodyOrRefuse() throws IOException {
    Bytes begin = Bytes.copyOf(buffer, lineStart, used - lineStart);
    if (isContinuation(begin)
        || !HeaderSyntax.isNoField(begin)
        || !namedFieldSeen && HeaderSyntax.isMailboxLine(begin)) {
      throw new HeaderTooLargeException(maxHeaderBytes);
    }
    startBody();
    body.write(begin);
  }

  /** The header block ends before the line at hand. */
  private void startBody() {
    header = Bytes.copyOf(buffer, 0, lineStart);
    buffer = new byte[0];
    inBody = true;
  }

  /**
   * Ends the message.
   *
   * @return its parts; the caller owns the body
   * @throws HeaderTooLargeException if the header block is larger than allowed
   * @throws IOException if the body cannot be stored; nothing of it is kept then
   */
  public MessageContent finish() throws IOException {
    if (!inBody && used > lineStart) {
      endLine();
    }
    if (!inBody) {
      startBody();
    }
    List<HeaderField> fields = new ArrayList<>(fieldStarts.size());
    for (int i = 0; i < fieldStarts.size(); i++) {
      int end = i + 1 < fieldStarts.size() ? fieldStarts.get(i + 1) : header.length();
      fields.add(HeaderField.ofParsed(header.slice(fieldStarts.get(i), end)));
    }
    return new MessageContent(HeaderBlock.of(fields), separator, body.finish());
  }

  /** Drops what has been stored, unless {@link #finish} has given it away. */
  @Override
  public void close() {
    body.close();
  }
}
