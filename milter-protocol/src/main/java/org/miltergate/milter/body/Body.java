package org.miltergate.milter.body;

import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds the body of a message, in memory or in an unlinked file.
 *
 * <p>Thread-safe for reading. After {@link #close} every read fails; an empty body is never closed.
 * Interrupting a thread that reads a body from a file closes the body, as with any interruptible
 * channel.
 */
public sealed interface Body extends Closeable permits MemoryBody, FileBody {
  Body EMPTY = new MemoryBody(List.of());

  /** Holds these bytes in memory, without a copy. */
  static Body of(Bytes content) {
    return content.isEmpty() ? EMPTY : new MemoryBody(List.of(content));
  }

  /** Returns the length in bytes. */
  long length();

  /**
   * Returns {@code maxBytes} bytes from {@code offset} on, or fewer at the end of the body. They
   * are not copied if they are contiguous in memory.
   *
   * @throws IndexOutOfBoundsException if {@code offset} is not from 0 to {@link #length}
   * @throws IllegalArgumentException if {@code maxBytes} is below 1
   * @throws IOException if the file cannot be read
   * @throws IllegalStateException if the body is closed
   */
  Bytes chunk(long offset, int maxBytes) throws IOException;

  /**
   * Writes the whole body.
   *
   * @throws IOException if the file cannot be read or {@code out} fails
   * @throws IllegalStateException if the body is closed
   */
  void writeTo(OutputStream out) throws IOException;

  /** Frees memory and file. Further calls have no effect. */
  @Override
  void close();
}
