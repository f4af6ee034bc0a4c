package org.miltergate.gateway.relay.maildir;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Objects;

/**
 * Writes CRLF as LF and everything else unchanged, in blocks.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class LfOutputStream extends OutputStream {
  private final OutputStream out;
  private final byte[] block = new byte[64 * 1024];
  private int used;
  private boolean heldCr;

  LfOutputStream(OutputStream out) {
    this.out = out;
  }

  @Override
  public void write(int value) throws IOException {
    write(new byte[] {(byte) value}, 0, 1);
  }

  @Override
  public void write(byte[] data, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, data.length);
    for (int i = offset; i < offset + length; i++) {
      if (used + 2 > block.length) {
        flushBlock();
      }
      byte next = data[i];
      if (heldCr && next != '\n') {
        block[used++] = '\r';
      }
      heldCr = next == '\r';
      if (!heldCr) {
        block[used++] = next;
      }
    }
  }

  /** Writes what is left; the stream below stays open. */
  void finish() throws IOException {
    flushBlock();
    if (heldCr) {
      out.write('\r');
      heldCr = false;
    }
  }

  private void flushBlock() throws IOException {
    out.write(block, 0, used);
    used = 0;
  }
}
