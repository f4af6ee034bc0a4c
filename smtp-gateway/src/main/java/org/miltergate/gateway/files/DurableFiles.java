package org.miltergate.gateway.files;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import java.util.Set;

/**
 * Writes files that survive a power cut, readable for their owner alone.
 *
 * <p>A file is safe once its content, and behind that the directory that names it, are synced.
 *
 * <p>Thread-safe.
 */
public final class DurableFiles {

  /** Writes the content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  private DurableFiles() {}

  /** Makes a directory, and those above it, if missing; new ones are for their owner alone. */
  public static void createDirectories(Path directory) throws IOException {
    Path missing = directory.toAbsolutePath();
    if (Files.isDirectory(missing)) {
      return;
    }
    Path parent = missing.getParent();
    if (parent != null) {
      createDirectories(parent);
    }
    try {
      Files.createDirectory(missing, owner(missing, "rwx------"));
    } catch (java.nio.file.FileAlreadyExistsException e) {
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
   * @throws java.nio.file.FileAlreadyExistsException if there is such a file; it stays as it is
   * @throws IOException if it could not be written whole, such as on a full disk
   */
  public static void write(Path file, Content content) throws IOException {
    Set<OpenOption> options = Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    FileChannel channel = FileChannel.open(file, options, owner(file, "rw-------"));
    try (channel) {
      content.writeTo(Channels.newOutputStream(channel));
      channel.force(true);
    } catch (IOException | RuntimeException e) {
      remove(file, e);
      throw e;
    }
  }

  /** Renames a file, so that it is there under the one or the other name whatever happens. */
  public static void rename(Path from, Path to) throws IOException {
    Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes names that were added to or removed from a directory safe. */
  public static void syncDirectory(Path directory) throws IOException {
    if (!isPosix(directory)) {
      return; // a directory cannot be opened there, and its entries are written with the file
    }
    try (FileChannel channel = FileChannel.open(directory, StandardOpenOption.READ)) {
      channel.force(true);
    }
  }

  /** Removes a file after a failure; what goes wrong meanwhile is added to that failure. */
  public static void remove(Path file, Exception failure) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      failure.addSuppressed(e);
    }
  }

  /** Tells whether there was no room: disk full, or quota used up. */
  public static boolean isNoSpace(IOException failure) {
    // The JDK has no type for it: the text is strerror's for ENOSPC, EDQUOT, EFBIG.
    String reason = failure instanceof FileSystemException e ? e.getReason() : failure.getMessage();
    String text = reason == null ? "" : reason.toLowerCase(Locale.ROOT);
    return text.contains("no space left")
        || text.contains("quota exceeded")
        || text.contains("file too large");
  }

  private static FileAttribute<?>[] owner(Path path, String permissions) {
    return isPosix(path)
        ? new FileAttribute<?>[] {
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString(permissions))
        }
        : new FileAttribute<?>[0];
  }

  private static boolean isPosix(Path path) {
    return path.getFileSystem().supportedFileAttributeViews().contains("posix");
  }
}
