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
   * Begins to set up a milter.
   *
   * @param name for logs
   * @param factory makes a handler for each connection
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

  /** Returns where it listens; with the port that the system chose, if it was to choose one. */
  public Endpoint address() {
    return Endpoint.of(server.address());
  }

  /** Returns how many connections are open. */
  public int connections() {
    return connections.size();
  }

  private void accept() {
    while (!stopped.get()) {
      // Without a free place MTAs wait in the backlog; that hurts less than a refusal.
      places.acquireUninterruptibly();
      boolean begun = false;
      try {
        begun = begin(server.accept());
      } catch (Throwable e) {
        // Nobody else listens: whatever it is, the next connection may find better times.
        acceptFailed(e);
      } finally {
        if (!begun) {
          places.release();
        }
      }
    }
  }

  /** Returns false if the connection was gone at once, or came too late. */
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

  /** Returns empty if the MTA has gone already. */
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
      return; // this is how the wait for a connection ends
    }
    try {
      log.warn("accept-failed: milter={} cause={}", settings.name(), failure, failure);
      Thread.sleep(ACCEPT_REST_MILLIS); // such as no descriptor left: others may give one back
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Throwable e) {
      return; // without memory for a line there is none to be written
    }
  }

  /** Waits until the milter has been stopped; the threads of a milter keep no program alive. */
  public void await() throws InterruptedException {
    ended.await();
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
