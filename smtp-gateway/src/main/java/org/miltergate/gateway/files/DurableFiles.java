package org.miltergate.gateway.files;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes files that survive a power failure, readable only by their owner by default.
 *
 * <p>A file is safe once its content, and after that the directory that names it, are synced.
 *
 * <p>An interrupt of the thread does not stop a write: what was begun is finished.
 *
 * <p>Thread-safe.
 */
public final class DurableFiles {
  /** Less free space than this counts as full. */
  private static final long MIN_SPACE_BYTES = 64 * 1024;

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private DurableFiles() {}

  /**
   * Creates a directory, and those above it, if missing; new ones are accessible only to their
   * owner.
   */
  public static void createDirectories(Path directory) throws IOException {
    createDirectories(directory, Access.PRIVATE);
  }

  /** Creates a directory, and those above it, if missing; new ones get these permissions. */
  static void createDirectories(Path directory, Access access) throws IOException {
    Path missing = directory.toAbsolutePath();
    if (Files.isDirectory(missing)) {
      return;
    }
    Path parent = missing.getParent();
    if (parent != null) {
      createDirectories(parent, access);
    }
    try {
      Files.createDirectory(missing, Access.ownerDirectory(missing));
      access.openDirectory(missing);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isDirectory(missing)) {
        throw e;
      }
      // Already created by another thread or process.
    }
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /**
   * Writes a new file and syncs its content. A file that could not be written is removed.
   *
   * @throws FileAlreadyExistsException if the file exists; it is not changed
   * @throws IOException if it could not be written completely, such as on a full disk
   */
  public static void write(Path file, Content content) throws IOException {
    write(file, Access.PRIVATE, content);
  }

  /** As {@link #write(Path, Content)}; these permissions are set once the file is complete. */
  public static void write(Path file, Access access, Content content) throws IOException {
    Files.createFile(file, Access.ownerFile(file));
    // A stream and not a channel, which an interrupt of the thread would close.
    try (FileOutputStream out = new FileOutputStream(file.toFile(), true)) {
      content.writeTo(out);
      access.openFile(file);
      out.getFD().sync();
    } catch (IOException | RuntimeException | Error e) {
      remove(file, e);
      throw e;
    }
  }

  /**
   * Replaces the content of a file, or creates it: whatever happens, the file has either the old
   * content or the new one. Not for a file that several threads replace.
   *
   * @throws IOException if it could not be written completely; the old content stays
   */
  public static void replace(Path file, Content content) throws IOException {
    Path next = file.resolveSibling(file.getFileName() + ".new");
    Files.deleteIfExists(next);
    write(next, content);
    rename(next, file);
    Path directory = file.toAbsolutePath().getParent();
    if (directory != null) {
      syncDirectory(directory);
    }
  }

  /** Renames a file, so that whatever happens it has either the old name or the new one. */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Syncs a directory, so that added and removed names survive a power failure. */
  public static void syncDirectory(Path directory) throws IOException {
    if (!Access.isPosix(directory)) {
      return; // a directory cannot be opened there, and its entries are written with the file
    }
    boolean interrupted = false;
    try {
      while (true) {
        // A directory can be opened only by a channel, which an interrupt closes: then retry.
        interrupted |= Thread.interrupted();
        try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
          channel.force(true);
          return;
        } catch (ClosedByInterruptException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Removes a file after a failure; exceptions while doing so are added to that failure. */
  public static void remove(Path file, Throwable failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Returns whether the disk of a file is full, checked after a failure: Java has no type for it,
   * and the system's text depends on its language. An exhausted quota is not detected.
   */
  public static boolean isDiskFull(Path file) {
    try {
      return Files.getFileStore(file).getUsableSpace() < MIN_SPACE_BYTES;
    } catch (IOException e) {
      return false; // the disk itself is what fails
    }
  }
}
