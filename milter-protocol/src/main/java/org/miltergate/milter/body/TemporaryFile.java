package org.miltergate.milter.body;

import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.UUID;

/**
 * A file that only its owner can read, unlinked as soon as it is open.
 *
 * <p>Its space is freed when it is closed or when the process ends, in whatever way. Where an open
 * file cannot be unlinked it is deleted when it is closed.
 */
final class TemporaryFile implements Closeable {
  private final Path path;
  private final FileChannel channel;
  private final boolean unlinked;

  private TemporaryFile(Path path, FileChannel channel, boolean unlinked) {
    this.path = path;
    this.channel = channel;
    this.unlinked = unlinked;
  }

  /**
   * Creates a new file.
   *
   * @throws IOException if the directory does not exist or is not writable
   */
  static TemporaryFile create(Path directory) throws IOException {
    Path path = directory.resolve("body-" + UUID.randomUUID() + ".tmp");
    FileChannel channel =
        FileChannel.open(
            path,
            Set.of(
                StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE),
            ownerOnly());
    return new TemporaryFile(path, channel, unlink(path));
  }

  private static FileAttribute<?>[] ownerOnly() {
    return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean unlink(Path path) {
    try {
      Files.delete(path);
      return true;
    } catch (IOException e) {
      // Not possible here while the file is open: close() does it.
      return false;
    }
  }

  /** Appends all of {@code source}. */
  void append(ByteBuffer source) throws IOException {
    while (source.hasRemaining()) {
      channel.write(source);
    }
  }

  FileChannel channel() {
    return channel;
  }

  @Override
  public void close() {
    try {
      try {
        channel.close();
      } finally {
        if (!unlinked) {
          Files.deleteIfExists(path);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("cannot remove the temporary file " + path, e);
    }
  }
}
