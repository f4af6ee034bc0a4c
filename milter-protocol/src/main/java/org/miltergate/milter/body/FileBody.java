package org.miltergate.milter.body;

import java.io.EOFException;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;

/** A body in a file. */
final class FileBody implements Body {
  private static final int COPY_BYTES = 65536;

  private final TemporaryFile file;
  private final long length;

  FileBody(TemporaryFile file, long length) {
    this.file = file;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public Bytes chunk(long offset, int maxBytes) throws IOException {
    requireOpen();
    ByteBuffer target = ByteBuffer.allocate(wanted(offset, maxBytes, length));
    fill(target, offset);
    return Bytes.copyOf(target);
  }

  /** Checks the arguments and returns how many bytes are available. */
  static int wanted(long offset, int maxBytes, long length) {
    if (maxBytes < 1) {
      throw new IllegalArgumentException("chunk must be at least 1 byte, was " + maxBytes);
    }
    if (offset < 0 || offset > length) {
      throw new IndexOutOfBoundsException(
          String.format(Locale.ROOT, "offset %d is outside the body of %d bytes", offset, length));
    }
    return (int) Math.min(maxBytes, length - offset);
  }

  @Override
  public void writeTo(OutputStream out) throws IOException {
    requireOpen();
    ByteBuffer buffer = ByteBuffer.allocate((int) Math.min(COPY_BYTES, length));
    for (long offset = 0; offset < length; offset += buffer.limit()) {
      buffer.clear().limit(wanted(offset, buffer.capacity(), length));
      fill(buffer, offset);
      out.write(buffer.array(), 0, buffer.limit());
    }
  }

  /** Reads until {@code target} is full, and rewinds it. */
  private void fill(ByteBuffer target, long offset) throws IOException {
    while (target.hasRemaining()) {
      if (file.channel().read(target, offset + target.position()) < 0) {
        throw new EOFException(
            String.format(
                Locale.ROOT, "body ends after %d of %d bytes", offset + target.position(), length));
      }
    }
    target.rewind();
  }

  private void requireOpen() {
    if (!file.channel().isOpen()) {
      throw new IllegalStateException("body is closed");
    }
  }

  @Override
  public void close() {
    file.close();
  }
}
