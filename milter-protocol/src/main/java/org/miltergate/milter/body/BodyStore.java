package org.miltergate.milter.body;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;

/**
 * Stores bodies: in memory up to a limit, larger ones in an unlinked file.
 *
 * <p>Immutable and thread-safe.
 */
public final class BodyStore {
  /** The size of the largest chunk that every milter accepts, so that no chunk spans two pieces. */
  static final int PIECE_BYTES = 65535;

  private static final int FIRST_BUFFER_BYTES = 1024;

  private final Path directory;
  private final int maxMemoryBytes;

  /**
   * @param directory for the files; must exist when the first one is needed
   * @param maxMemoryBytes limit for one body in memory, in bytes; at least 0
   */
  public BodyStore(Path directory, int maxMemoryBytes) {
    if (maxMemoryBytes < 0) {
      throw new IllegalArgumentException("memory limit must be 0 or more, was " + maxMemoryBytes);
    }
    this.directory = Objects.requireNonNull(directory, "directory");
    this.maxMemoryBytes = maxMemoryBytes;
  }

  /**
   * Returns a store as most servers want it: a body of more than 256 KiB goes to a file without a
   * name in the directory that the system property {@code java.io.tmpdir} names.
   */
  public static BodyStore ofTemporaryDirectory() {
    return new BodyStore(Path.of(System.getProperty("java.io.tmpdir", "/tmp")), 256 * 1024);
  }

  /** Starts a body; costs nothing until bytes are written. */
  public Writer writer() {
    return writer(MemoryShare.UNLIMITED);
  }

  /**
   * Starts a body; costs nothing until bytes are written.
   *
   * @param memory share of the message; a body for which it has no room goes to a file. What the
   *     body takes is given back when the message ends, not when the body is closed
   */
  public Writer writer(MemoryShare memory) {
    return new Writer(directory, maxMemoryBytes, memory);
  }

  /**
   * Collects the bytes of one body.
   *
   * <p>Not thread-safe; use from one thread at a time. If a write fails, everything is dropped.
   */
  public static final class Writer extends OutputStream {
    private final Path directory;
    private final int maxMemoryBytes;
    private final MemoryShare memory;
    private final List<Bytes> pieces = new ArrayList<>();

    /** Holds the next piece, or the bytes to be written to the file next. */
    private byte[] buffer = new byte[0];

    private int used;
    private long length;
    private @Nullable TemporaryFile file;
    private boolean ended;

    private Writer(Path directory, int maxMemoryBytes, MemoryShare memory) {
      this.directory = directory;
      this.maxMemoryBytes = maxMemoryBytes;
      this.memory = memory;
    }

    @Override
    public void write(int octet) throws IOException {
      write(new byte[] {(byte) octet}, 0, 1);
    }

    /**
     * Appends bytes.
     *
     * @throws IOException if the file cannot be created or written; everything is then dropped
     * @throws IllegalStateException if the body has already been finished or dropped
     */
    @Override
    public void write(byte[] data, int offset, int count) throws IOException {
      Objects.checkFromIndexSize(offset, count, data.length);
      requireOpen();
      try {
        if (file == null && count > 0 && !hasRoomInMemory(count)) {
          moveToFile();
        }
        append(data, offset, count);
      } catch (IOException e) {
        throw droppedFor(e);
      }
    }

    private boolean hasRoomInMemory(int count) {
      return length + count <= maxMemoryBytes && memory.tryTakeSpare(count);
    }

    /** Appends bytes, as {@link #write(byte[], int, int)}. */
    public void write(Bytes data) throws IOException {
      data.writeTo(this);
    }

    private void append(byte[] data, int offset, int count) throws IOException {
      int at = offset;
      int left = count;
      while (left > 0) {
        int part = Math.min(left, PIECE_BYTES - used);
        if (used + part > buffer.length) {
          int larger = Math.max(Math.max(FIRST_BUFFER_BYTES, 2 * buffer.length), used + part);
          buffer = Arrays.copyOf(buffer, Math.min(larger, PIECE_BYTES));
        }
        System.arraycopy(data, at, buffer, used, part);
        used += part;
        length += part;
        at += part;
        left -= part;
        if (used == PIECE_BYTES) {
          flushBuffer();
        }
      }
    }

    private void flushBuffer() throws IOException {
      if (file == null) {
        pieces.add(Bytes.copyOf(buffer, 0, used));
      } else {
        file.append(ByteBuffer.wrap(buffer, 0, used));
      }
      used = 0;
    }

    private void moveToFile() throws IOException {
      TemporaryFile created = TemporaryFile.create(directory);
      file = created;
      for (Bytes piece : pieces) {
        created.append(piece.toBuffer());
      }
      pieces.clear();
      memory.giveBackSpare(length);
    }

    /** Returns the number of bytes written so far. */
    public long length() {
      return length;
    }

    /**
     * Ends the body.
     *
     * @return the body; the caller owns and closes it, {@link #close} of this writer does not
     *     affect it
     * @throws IOException if the file cannot be written; everything is then dropped
     * @throws IllegalStateException if the body has already been finished or dropped
     */
    public Body finish() throws IOException {
      requireOpen();
      try {
        if (used > 0) {
          flushBuffer();
        }
      } catch (IOException e) {
        throw droppedFor(e);
      }
      Body body =
          file != null
              ? new FileBody(file, length)
              : length == 0 ? Body.EMPTY : new MemoryBody(pieces);
      file = null;
      drop();
      return body;
    }

    private IOException droppedFor(IOException failure) {
      try {
        close();
      } catch (UncheckedIOException e) {
        failure.addSuppressed(e);
      }
      return failure;
    }

    private void requireOpen() {
      if (ended) {
        throw new IllegalStateException("body has already been finished or dropped");
      }
    }

    private void drop() {
      ended = true;
      pieces.clear();
      buffer = new byte[0];
    }

    /** Drops what was written, unless {@link #finish} was called. Further calls have no effect. */
    @Override
    public void close() {
      if (!ended && file == null) {
        memory.giveBackSpare(length);
      }
      drop();
      if (file != null) {
        TemporaryFile dropped = file;
        file = null;
        dropped.close();
      }
    }
  }
}
