package org.miltergate.gateway.files;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Locks a directory until it is closed or the process ends.
 *
 * <p>Its channel is never read or written, so an interrupt of a thread does not close it.
 */
public final class DirectoryLock implements Closeable {
  private final FileChannel channel;

  private DirectoryLock(FileChannel channel) {
    this.channel = channel;
  }

  /**
   * Locks a directory.
   *
   * @param fileName of the file in it that is locked; created if missing, and left there
   * @throws IOException if the directory is in use, here or elsewhere
   */
  public static DirectoryLock lock(Path directory, String fileName) throws IOException {
    FileChannel channel =
        FileChannel.open(
            directory.resolve(fileName), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      if (channel.tryLock() == null) {
        throw new IOException("directory " + directory + " is in use by another process");
      }
      return new DirectoryLock(channel);
    } catch (OverlappingFileLockException e) {
      channel.close();
      throw new IOException("directory " + directory + " is already in use here", e);
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
