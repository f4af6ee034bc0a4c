package org.miltergate.milter.test;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.miltergate.net.Endpoint;

/** Addresses for tests to listen on: loopback only, and never a fixed one. */
public final class Sockets {
  private static final AtomicInteger COUNT = new AtomicInteger();

  private Sockets() {}

  /** Returns an address of 127.0.0.1 whose port the system chooses when it is bound. */
  public static SocketAddress tcp() {
    return loopback("127.0.0.1");
  }

  /** Returns an address of ::1 whose port the system chooses when it is bound. */
  public static SocketAddress tcp6() {
    return loopback("::1");
  }

  /** Returns a path in {@code directory} that no earlier call has returned. */
  public static SocketAddress unix(Path directory) {
    Path path = directory.toAbsolutePath().resolve("m" + COUNT.incrementAndGet() + ".sock");
    return UnixDomainSocketAddress.of(new Endpoint.Unix(path).path());
  }

  /** Returns an address of 127.0.0.1 whose port nothing listens on: it was free a moment ago. */
  public static Endpoint nobody() {
    try (ServerSocketChannel server = listen(tcp())) {
      return Endpoint.of(server.getLocalAddress());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static ServerSocketChannel listen(SocketAddress address) throws IOException {
    boolean unix = address instanceof UnixDomainSocketAddress;
    ServerSocketChannel server =
        unix ? ServerSocketChannel.open(StandardProtocolFamily.UNIX) : ServerSocketChannel.open();
    try {
      return server.bind(address, 128);
    } catch (IOException e) {
      server.close();
      throw e;
    }
  }

  /** Closes {@code server}, and removes its socket file if it has one. */
  static void close(ServerSocketChannel server, SocketAddress address) throws IOException {
    server.close();
    if (address instanceof UnixDomainSocketAddress unix) {
      Files.deleteIfExists(unix.getPath());
    }
  }

  private static SocketAddress loopback(String host) {
    try {
      return new InetSocketAddress(InetAddress.getByName(host), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
