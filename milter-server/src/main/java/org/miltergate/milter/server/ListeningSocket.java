package org.miltergate.milter.server;

import java.io.Closeable;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A listening socket, with the socket file if it is a Unix-domain socket. */
final class ListeningSocket implements Closeable {
  private static final int BACKLOG = 128;
  private static final int FILE_TYPE = 0170000;
  private static final int SOCKET = 0140000;

  private final ServerSocketChannel channel;
  private final SocketAddress address;

  /**
   * Identifies our own socket file, if there is one: the path may have been taken over by another
   * process.
   */
  private final @Nullable Object file;

  private ListeningSocket(
      ServerSocketChannel channel, SocketAddress address, @Nullable Object file) {
    this.channel = channel;
    this.address = address;
    this.file = file;
  }

  /**
   * Starts to listen. Removes a stale Unix-domain socket file first.
   *
   * @param mode of the file of a Unix-domain socket; empty to leave it to the umask
   * @throws IOException if the address cannot be bound
   */
  static ListeningSocket open(SocketAddress address, Optional<Set<PosixFilePermission>> mode)
      throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      removeStale(unix.getPath());
    }
    ServerSocketChannel channel =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    try {
      channel.bind(address, BACKLOG);
      return address instanceof UnixDomainSocketAddress unix
          ? new ListeningSocket(channel, address, prepared(unix.getPath(), mode))
          : new ListeningSocket(channel, channel.getLocalAddress(), null);
    } catch (IOException | UnsupportedOperationException e) {
      channel.close();
      throw new IOException("cannot listen on " + address + ": " + e.getMessage(), e);
    }
  }

  /** Gives the new file its mode; if that cannot be done, removes it. Returns its identity. */
  private static @Nullable Object prepared(Path path, Optional<Set<PosixFilePermission>> mode)
      throws IOException {
    boolean prepared = false;
    try {
      if (mode.isPresent()) {
        Files.setPosixFilePermissions(path, mode.get());
      }
      Object identity = identity(path);
      prepared = true;
      return identity;
    } finally {
      if (!prepared) {
        Files.deleteIfExists(path);
      }
    }
  }

  /** Removes the socket file of a milter that was killed. */
  private static void removeStale(Path path) throws IOException {
    if (!isSocket(path)) {
      return; // binding will fail, with the reason
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException("cannot listen on " + path + ": another milter listens there");
    } catch (ConnectException nobodyListens) {
      Files.deleteIfExists(path);
    }
  }

  private static boolean isSocket(Path path) throws IOException {
    try {
      int mode = (Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS);
      return (mode & FILE_TYPE) == SOCKET;
    } catch (NoSuchFileException e) {
      return false;
    } catch (UnsupportedOperationException | IllegalArgumentException e) {
      return Files.exists(path) && !Files.isRegularFile(path) && !Files.isDirectory(path);
    }
  }

  private static @Nullable Object identity(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  SocketAddress address() {
    return address;
  }

  SocketChannel accept() throws IOException {
    return channel.accept();
  }

  /**
   * Stops listening, and removes the socket file unless it has been taken over by another process.
   */
  @Override
  public void close() throws IOException {
    channel.close();
    if (address instanceof UnixDomainSocketAddress unix) {
      try {
        if (Objects.equals(identity(unix.getPath()), file)) {
          Files.deleteIfExists(unix.getPath());
        }
      } catch (NoSuchFileException e) {
        return; // already removed
      }
    }
  }
}
