package org.miltergate.milter.filter.stream;

import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/** Reads another stream through a transform, in blocks. */
final class TransformedInputStream extends InputStream {
  private static final int BLOCK_BYTES = 8192;

  private final InputStream source;
  private final ByteTransform transform;
  private final byte[] in = new byte[BLOCK_BYTES];
  private final byte[] out = new byte[ByteTransform.MAX_BYTES_EACH * BLOCK_BYTES];
  private int start;
  private int end;
  private boolean atEnd;

  TransformedInputStream(InputStream source, ByteTransform transform) {
    this.source = Objects.requireNonNull(source, "source");
    this.transform = transform;
  }

  /** Returns whether there are bytes to give. */
  private boolean fill() throws IOException {
    while (start == end && !atEnd) {
      start = 0;
      end = 0;
      int count = source.read(in);
      if (count < 0) {
        atEnd = true;
        transform.end(this::append);
      }
      for (int i = 0; i < count; i++) {
        transform.next(in[i] & 0xff, this::append);
      }
    }
    return start < end;
  }

  private void append(int octet) {
    out[end++] = (byte) octet;
  }

  @Override
  public int read() throws IOException {
    return fill() ? out[start++] & 0xff : -1;
  }

  @Override
  public int read(byte[] target, int offset, int length) throws IOException {
    Objects.checkFromIndexSize(offset, length, target.length);
    if (length == 0) {
      return 0;
    }
    if (!fill()) {
      return -1;
    }
    int count = Math.min(length, end - start);
    System.arraycopy(out, start, target, offset, count);
    start += count;
    return count;
  }

  @Override
  public int available() {
    return end - start;
  }

  @Override
  public void close() throws IOException {
    source.close();
  }
}
