package org.miltergate.gateway.relay;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Objects;

/**
 * Turns a message into what follows SMTP's DATA, block by block (RFC 5321, section 4.5.2).
 *
 * <p>A dot at the start of the message or behind CRLF gets another one in front; a CRLF is added at
 * the end if there is none. All else goes out as it came. A dot behind a bare CR or LF gets one
 * too: whatever the edge let in, the next hop must not find an end of message in it that is not
 * ours.
 *
 * <p>Confined to one thread.
 */
final class DotStuffer extends OutputStream {

  /** Where the blocks go. */
  @FunctionalInterface
  interface Sink {
    /** Takes all that remains in {@code block}. */
    void accept(ByteBuffer block) throws IOException;
  }

  static final int BLOCK_BYTES = 64 * 1024;
  private static final byte[] FINAL_DOT = {'.', '\r', '\n'};

  private final Sink sink;
  private final byte[] block = new byte[BLOCK_BYTES];
  private int used;
  // As if the DATA line stood before the message, which it does.
  private int beforeLast = '\r';
  private int last = '\n';

  DotStuffer(Sink sink) {
    this.sink = sink;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, data.length);
    int end = offset + length;
    for (int from = offset; from < end; ) {
      // Each byte can become two.
      int part = Math.min(end - from, (BLOCK_BYTES - used) / 2);
      if (part == 0) {
        flushBlock();
      } else {
        stuff(data, from, from + part);
        from += part;
      }
    }
  }

  private void stuff(byte[] data, int from, int to) {
    int before = beforeLast;
    int current = last;
    int at = used;
    for (int i = from; i < to; i++) {
      byte next = data[i];
      if (next == '.' && (current == '\n' || current == '\r')) {
        block[at++] = '.';
      }
      block[at++] = next;
      before = current;
      current = next;
    }
    used = at;
    beforeLast = before;
    last = current;
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
    if (used + FINAL_DOT.length > BLOCK_BYTES) {
      flushBlock();
    }
    System.arraycopy(FINAL_DOT, 0, block, used, FINAL_DOT.length);
    used += FINAL_DOT.length;
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
