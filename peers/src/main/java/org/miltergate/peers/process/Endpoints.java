package org.miltergate.peers.process;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** Where the children of a test listen: free ports, and the wait until somebody answers there. */
public final class Endpoints {
  private static final int TRIES = 3;

  private Endpoints() {}

  /** Something that is started on a port. */
  @FunctionalInterface
  public interface OnPort<T> {
    T start(int port) throws IOException;
  }

  /** Returns a TCP port of the loopback address that was free a moment ago. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      return socket.getLocalPort();
    }
  }

  /** Starts something on a free port; if another took the port in between, on the next one. */
  public static <T> T startOnFreePort(OnPort<T> starter) throws IOException {
    for (int attempt = 1; ; attempt++) {
      try {
        return starter.start(freePort());
      } catch (IOException e) {
        if (attempt == TRIES) {
          throw e;
        }
      }
    }
  }

  public static SocketAddress tcp(int port) {
    return new InetSocketAddress("127.0.0.1", port);
  }

  public static SocketAddress unix(Path socket) {
    return UnixDomainSocketAddress.of(socket);
  }

  /**
   * Waits until a connection to {@code address} is taken.
   *
   * @throws IOException as {@link Daemon#awaitStart}
   */
  public static void awaitListening(Daemon daemon, SocketAddress address) throws IOException {
    daemon.awaitStart("listen on " + address, () -> connects(address));
  }

  /** Connects and closes, if anybody listens. */
  public static void knock(SocketAddress address) {
    connects(address);
  }

  private static boolean connects(SocketAddress address) {
    StandardProtocolFamily family =
        address instanceof UnixDomainSocketAddress
            ? StandardProtocolFamily.UNIX
            : StandardProtocolFamily.INET;
    try (SocketChannel channel = SocketChannel.open(family)) {
      return channel.connect(address);
    } catch (IOException e) {
      return false; // not yet: the caller tries again until its limit
    }
  }
}
