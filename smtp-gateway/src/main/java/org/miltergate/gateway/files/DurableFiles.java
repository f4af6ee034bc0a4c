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
 * Writes files that survive a power cut, readable for their owner alone unless told otherwise.
 *
 * <p>A file is safe once its content, and after that the directory that names it, are synced.
 *
 * <p>An interrupt of the thread cuts nothing off: what was begun is finished.
 *
 * <p>Thread-safe.
 */
public final class DurableFiles {
  /** Less than this is as good as nothing. */
  private static final long MIN_SPACE_BYTES = 64 * 1024;

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private DurableFiles() {}

  /** Makes a directory, and those above it, if missing; new ones are for their owner alone. */
  public static void createDirectories(Path directory) throws IOException {
    createDirectories(directory, Access.PRIVATE);
  }

  /** Makes a directory, and those above it, if missing; new ones can be entered by these. */
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
      // Somebody else was faster.
    }
    if (parent != null) {
      syncDirectory(parent);
    }
  }

  /**
   * Writes a new file and syncs its content. A file that could not be written is gone again.
   *
   * @throws FileAlreadyExistsException if there is such a file; it stays as it is
   * @throws IOException if it could not be written whole, such as on a full disk
   */
  public static void write(Path file, Content content) throws IOException {
    write(file, Access.PRIVATE, content);
  }

  /** As {@link #write(Path, Content)}; these may read the file as soon as it is whole. */
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
   * Gives a file new content, or makes it: whatever happens, the old content is there or the new
   * one. Not for a file that several threads replace.
   *
   * @throws IOException if it could not be written whole; the old content stays
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

  /** Renames a file, so that it is there under the one or the other name whatever happens. */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes names that were added to or removed from a directory safe. */
  public static void syncDirectory(Path directory) throws IOException {
    if (!Access.isPosix(directory)) {
      return; // a directory cannot be opened there, and its entries are written with the file
    }
    boolean interrupted = false;
    try {
      while (true) {
        // Only a channel opens a directory, and an interrupt closes it: then once more.
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

  /** Removes a file after a failure; what goes wrong meanwhile is added to that failure. */
  public static void remove(Path file, Throwable failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /**
   * Returns whether the disk of a file is full, looked at after a failure: Java has no type for it,
   * and the system's text depends on its language. A quota that is used up is not seen.
   */
  public static boolean isDiskFull(Path file) {
    try {
      return Files.getFileStore(file).getUsableSpace() < MIN_SPACE_BYTES;
    } catch (IOException e) {
      return false; // the disk itself is what fails
    }
  }
}
