package org.miltergate.milter.server;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketStream;
import org.miltergate.net.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A milter: listens, and serves each MTA's connection on a virtual thread of its own.
 *
 * <pre>{@code
 * MilterServer server =
 *     MilterServer.builder("greeter", context -> new GreetingFilter(context))
 *         .listen(Endpoint.parse("inet:127.0.0.1:8891"))
 *         .actions(Action.ADD_HEADERS)
 *         .start();
 * server.await(); // its threads do not keep the program alive
 * }</pre>
 *
 * <p>Thread-safe.
 */
public final class MilterServer implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(MilterServer.class);
  private static final long ACCEPT_REST_MILLIS = 100;
  private static final Duration LAST_WAIT = Duration.ofSeconds(10);

  private final MilterServerBuilder.Settings settings;
  private final ListeningSocket server;
  private final Semaphore places;
  private final Set<ServedConnection> connections = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean stopped = new AtomicBoolean();
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile boolean cutsOff;

  private MilterServer(MilterServerBuilder.Settings settings, ListeningSocket server) {
    this.settings = settings;
    this.server = server;
    this.places = new Semaphore(settings.maxConnections());
  }

  /**
   * Returns a builder for a milter.
   *
   * @param name for logs
   * @param factory creates a handler for each connection
   */
  public static MilterServerBuilder builder(String name, HandlerFactory factory) {
    return new MilterServerBuilder(name, factory);
  }

  static MilterServer start(MilterServerBuilder.Settings settings) throws IOException {
    ListeningSocket server = ListeningSocket.open(settings.address(), settings.socketMode());
    MilterServer milter = new MilterServer(settings, server);
    Thread.ofVirtual().name(settings.name() + "-accept").start(milter::accept);
    return milter;
  }

  /** Returns the address it listens on, with the actual port if the configured one was 0. */
  public Endpoint address() {
    return Endpoint.of(server.address());
  }

  /** Returns the number of open connections. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!stopped.get()) {
      // Without a free slot MTAs wait in the backlog, which is better than a refusal.
      places.acquireUninterruptibly();
      boolean begun = false;
      try {
        begun = begin(server.accept());
      } catch (Throwable e) {
        // Nothing else listens: whatever failed, the next connection may succeed.
        acceptFailed(e);
      } finally {
        if (!begun) {
          places.release();
        }
      }
    }
  }

  /** Returns false if the connection was already closed, or came after the stop. */
  private boolean begin(SocketChannel channel) throws IOException {
    ServedConnection connection = null;
    boolean begun = false;
    try {
      if (stopped.get()) {
        return false;
      }
      Optional<SocketStream> open = connection(channel);
      if (open.isEmpty()) {
        return false;
      }
      PacketChannel packets =
          new PacketChannel(
              open.get(), Watchdog.shared(), settings.idleLimit(), settings.writeLimit());
      ServedConnection served =
          new ServedConnection(settings.name(), settings.wish(), settings.factory(), packets);
      connection = served;
      connections.add(served);
      Thread.ofVirtual().name(settings.name()).start(() -> serve(served));
      begun = true;
      if (cutsOff) {
        served.close();
      }
      return true;
    } finally {
      if (!begun) {
        if (connection != null) {
          connections.remove(connection);
          connection.close();
        }
        channel.close();
      }
    }
  }

  /** Returns empty if the MTA has already disconnected. */
  private static Optional<SocketStream> connection(SocketChannel channel) {
    try {
      return Optional.of(SocketStream.of(channel));
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private void serve(ServedConnection connection) {
    try {
      connection.run();
    } finally {
      connections.remove(connection);
      places.release();
    }
  }

  private void acceptFailed(Throwable failure) {
    if (stopped.get()) {
      return; // this ends the wait for a connection
    }
    try {
      log.warn("accept-failed: milter={} cause={}", settings.name(), failure, failure);
      Thread.sleep(ACCEPT_REST_MILLIS); // such as a lack of descriptors: others may be closed
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      return; // without memory for a log line, none can be written
    }
  }

  /**
   * Waits until the milter has been stopped. The threads of a milter do not keep the JVM alive, so
   * a program calls this at its end.
   */
  public void await() throws InterruptedException {
    ended.await();
  }

  /**
   * Stops listening, waits for the connections to end, and closes those that are still open after
   * the grace period. Further calls have no effect.
   *
   * @param grace how long connections may continue; zero to close them at once
   * @return true if no connection had to be closed
   */
  public boolean stop(Duration grace) {
    if (stopped.getAndSet(true)) {
      return true;
    }
    try {
      server.close();
      return endConnections(grace);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } finally {
      ended.countDown();
    }
  }

  private boolean endConnections(Duration grace) {
    if (allEnd(grace)) {
      return true;
    }
    cutsOff = true;
    connections.forEach(ServedConnection::close);
    if (!allEnd(LAST_WAIT)) {
      log.warn(
          "filter-does-not-end: milter={} connections={}", settings.name(), connections.size());
    }
    return false;
  }

  /** All slots are free only when no connection is served or awaited. */
  private boolean allEnd(Duration limit) {
    try {
      return places.tryAcquire(settings.maxConnections(), limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Stops with a grace period of zero. */
  @Override
  public void close() {
    stop(Duration.ZERO);
  }
}
