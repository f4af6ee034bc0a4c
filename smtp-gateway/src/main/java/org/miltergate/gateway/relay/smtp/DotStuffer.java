package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;
import org.miltergate.milter.bytes.ByteSearch;

/**
 * Turns a message into what follows SMTP's DATA, block by block (RFC 5321, section 4.5.2).
 *
 * <p>A dot at the start of the message or after CRLF is doubled; a CRLF is added at the end if
 * there is none. Everything else is sent unchanged. A dot after a bare CR or LF is also doubled:
 * whatever the gateway accepted, the next hop must not see an end of message that is not ours.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class DotStuffer extends OutputStream {

  /** Where the blocks go. */
  @FunctionalInterface
  interface Sink {
    /** Takes all that remains in {@code block}. */
    void accept(ByteBuffer block) throws IOException;
  }

  static final int BLOCK_BYTES = 64 * 1024;
  private static final int ROOM_FOR_DOTS = 64;
  private static final byte[] FINAL_DOT = {'.', '\r', '\n'};
  private static final byte[] DOT = {'.'};

  private final Sink sink;
  private final byte[] block;
  private int used;
  // As if the DATA line stood before the message, which it does.
  private int beforeLast = '\r';
  private int last = '\n';

  /**
   * @param expectedBytes length of the message, so that a short one takes no large block; may be
   *     wrong
   */
  DotStuffer(Sink sink, long expectedBytes) {
    this.sink = sink;
    this.block = new byte[(int) Math.clamp(expectedBytes + ROOM_FOR_DOTS, 1, BLOCK_BYTES)];
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, data.length);
    int end = offset + length;
    int from = offset;
    for (int dot = indexOfDot(data, from, end); dot < end; dot = indexOfDot(data, dot + 1, end)) {
      int before = dot > offset ? data[dot - 1] : last;
      if (before == '\n' || before == '\r') {
        put(data, from, dot);
        put(DOT, 0, DOT.length);
        from = dot;
      }
    }
    put(data, from, end);
    if (length > 0) {
      beforeLast = length > 1 ? data[end - 2] : last;
      last = data[end - 1];
    }
  }

  private static int indexOfDot(byte[] data, int from, int end) {
    return ByteSearch.indexOf((byte) '.', data, from, end);
  }

  private void put(byte[] data, int from, int to) throws IOException {
    for (int at = from; at < to; ) {
      if (used == block.length) {
        flushBlock();
      }
      int part = Math.min(to - at, block.length - used);
      System.arraycopy(data, at, block, used, part);
      used += part;
      at += part;
    }
  }

  /** Completes the last line, and sends everything but the line with the single dot. */
  void finishLines() throws IOException {
    if (beforeLast != '\r' || last != '\n') {
      write(new byte[] {'\r', '\n'}, 0, 2);
    }
    flushBlock();
  }

  /** Completes the last line, and sends everything with the line with the single dot. */
  void finishWithDot() throws IOException {
    if (beforeLast != '\r' || last != '\n') {
      write(new byte[] {'\r', '\n'}, 0, 2);
    }
    if (used + FINAL_DOT.length > block.length) {
      flushBlock();
    }
    put(FINAL_DOT, 0, FINAL_DOT.length);
    flushBlock();
  }

  static ByteBuffer finalDot() {
    return ByteBuffer.wrap(FINAL_DOT).asReadOnlyBuffer();
  }

  private void flushBlock() throws IOException {
    if (used > 0) {
      sink.accept(ByteBuffer.wrap(block, 0, used));
      used = 0;
    }
  }
}
