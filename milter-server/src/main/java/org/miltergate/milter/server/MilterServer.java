package org.miltergate.milter.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.miltergate.milter.transport.MilterAddress;
import org.miltergate.milter.transport.SocketConnection;
import org.miltergate.milter.transport.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A milter: listens, and serves each MTA's connection on a virtual thread of its own.
 *
 * <pre>{@code
 * MilterServer server =
 *     MilterServer.builder("greeter", context -> new GreetingFilter(context))
 *         .listen(MilterAddress.parse("inet:127.0.0.1:8891"))
 *         .actions(Action.ADD_HEADERS)
 *         .start();
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class MilterServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MilterServer.class);
  private static final int BACKLOG = 128;
  private static final long ACCEPT_REST_MILLIS = 100;
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);

  private final MilterServerBuilder.Settings settings;
  private final ServerSocketChannel server;
  private final SocketAddress bound;
  private final Semaphore places;
  private final Map<ServedConnection, Thread> connections = new ConcurrentHashMap<>();
  private final AtomicBoolean stopped = new AtomicBoolean();

  private MilterServer(
      MilterServerBuilder.Settings settings, ServerSocketChannel server, SocketAddress bound) {
    this.settings = settings;
    this.server = server;
    this.bound = bound;
    this.places = new Semaphore(settings.maxConnections());
  }

  /**
   * Begins to set up a milter.
   *
   * @param name for logs
   * @param factory makes a handler for each connection
   */
  public static MilterServerBuilder builder(String name, HandlerFactory factory) {
    return new MilterServerBuilder(name, factory);
  }

  static MilterServer start(MilterServerBuilder.Settings settings) throws IOException {
    ServerSocketChannel server = listen(settings.address());
    MilterServer milter = new MilterServer(settings, server, server.getLocalAddress());
    Thread.ofVirtual().name(settings.name() + "-accept").start(milter::accept);
    return milter;
  }

  /** Returns where it listens; with the port that the system chose, if it was to choose one. */
  public MilterAddress address() {
    return MilterAddress.of(bound);
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.size();
  }

  private static ServerSocketChannel listen(SocketAddress address) throws IOException {
    if (address instanceof UnixDomainSocketAddress unix) {
      removeStale(unix.getPath());
    }
    ServerSocketChannel server =
        address instanceof UnixDomainSocketAddress
            ? ServerSocketChannel.open(StandardProtocolFamily.UNIX)
            : ServerSocketChannel.open();
    try {
      return server.bind(address, BACKLOG);
    } catch (IOException e) {
      server.close();
      throw new IOException("cannot listen on %s: %s".formatted(address, e.getMessage()), e);
    }
  }

  /** Removes a socket's file that a milter which was killed has left behind. */
  private static void removeStale(Path path) throws IOException {
    if (!Files.exists(path) || Files.isRegularFile(path) || Files.isDirectory(path)) {
      return;
    }
    try (SocketChannel probe = SocketChannel.open(UnixDomainSocketAddress.of(path))) {
      throw new IOException("cannot listen on " + path + ": another milter listens there");
    } catch (ConnectException nobodyListens) {
      Files.deleteIfExists(path);
    }
  }

  private void accept() {
    while (!stopped.get()) {
      // Without a free place MTAs wait in the backlog; that hurts less than a refusal.
      places.acquireUninterruptibly();
      boolean begun = false;
      try {
        begun = begin(server.accept());
      } catch (IOException e) {
        acceptFailed(e);
      } finally {
        if (!begun) {
          places.release();
        }
      }
    }
  }

  /** Returns false if the connection was gone at once. */
  private boolean begin(SocketChannel channel) throws IOException {
    PacketChannel packets;
    try {
      packets =
          new PacketChannel(
              SocketConnection.of(channel),
              Watchdog.shared(),
              settings.idleLimit(),
              settings.writeLimit());
    } catch (IOException e) {
      channel.close();
      return false;
    }
    ServedConnection connection =
        new ServedConnection(settings.name(), settings.wish(), settings.factory(), packets);
    Thread thread = Thread.ofVirtual().name(settings.name()).unstarted(() -> serve(connection));
    connections.put(connection, thread);
    thread.start();
    return true;
  }

  private void serve(ServedConnection connection) {
    try {
      connection.run();
    } finally {
      connections.remove(connection);
      places.release();
    }
  }

  private void acceptFailed(IOException failure) {
    if (stopped.get()) {
      return; // this is how the wait for a connection ends
    }
    log.atWarn().addKeyValue("milter", settings.name()).setCause(failure).log("accept-failed");
    try {
      Thread.sleep(ACCEPT_REST_MILLIS); // such as no descriptor left: others may give one back
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Stops listening, waits for the connections to end, and cuts off those that have not ended then.
   * A second call does nothing.
   *
   * @param grace how long connections may go on; zero to cut them off at once
   * @return true if no connection was cut off
   */
  public boolean stop(Duration grace) {
    if (stopped.getAndSet(true)) {
      return true;
    }
    try {
      server.close();
      if (bound instanceof UnixDomainSocketAddress unix) {
        Files.deleteIfExists(unix.getPath());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (allEnd(grace)) {
      return true;
    }
    connections.forEach((connection, thread) -> {
      connection.close();
      thread.interrupt(); // for a handler that waits for something of its own
    });
    if (!allEnd(LAST_WAIT)) {
      log.atWarn()
          .addKeyValue("milter", settings.name())
          .addKeyValue("connections", connections())
          .log("filter-does-not-end");
    }
    return false;
  }

  /** All places are free only when nobody is served, and nobody is waited for. */
  private boolean allEnd(Duration limit) {
    try {
      return places.tryAcquire(settings.maxConnections(), limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Stops at once. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
