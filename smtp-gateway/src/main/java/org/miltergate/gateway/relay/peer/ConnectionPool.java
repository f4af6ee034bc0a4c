package org.miltergate.gateway.relay.peer;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps connections between messages, up to a number and a time.
 *
 * <p>The most recently used one is handed out first, so that unneeded ones expire. An expired one
 * is closed with QUIT, on a virtual thread that runs while there are any.
 *
 * <p>Thread-safe.
 */
final class ConnectionPool implements Closeable {
  private static final Logger log = LoggerFactory.getLogger(ConnectionPool.class);

  private record Idle(PooledConnection connection, long sinceNanos) {}

  private final int maxIdle;
  private final long maxIdleNanos;
  private final Object lock = new Object();

  // Guarded by lock. The oldest is first.
  private final Deque<Idle> idle = new ArrayDeque<>();
  private boolean sweeping;
  private boolean closed;

  ConnectionPool(int maxIdle, Duration maxIdleTime) {
    this.maxIdle = maxIdle;
    this.maxIdleNanos = maxIdleTime.toNanos();
  }

  /** Hands out a connection that is still open and has received nothing since. */
  Optional<PooledConnection> take() {
    while (true) {
      PooledConnection candidate;
      synchronized (lock) {
        Idle youngest = idle.peekLast();
        // What is too old is left to the sweeper, and all others are older.
        if (youngest == null || isOld(youngest, System.nanoTime())) {
          return Optional.empty();
        }
        candidate = idle.removeLast().connection();
      }
      if (candidate.isReusable()) {
        return Optional.of(candidate);
      }
      candidate.close();
    }
  }

  /** Ends the oldest connections until there are not more than this. */
  void shrinkTo(int most) {
    List<PooledConnection> leaving = new ArrayList<>();
    synchronized (lock) {
      while (idle.size() > most) {
        leaving.add(idle.removeFirst().connection());
      }
    }
    leaving.forEach(PooledConnection::quit);
  }

  /** Takes a connection back; it is closed if it is not kept. */
  void giveBack(PooledConnection connection) {
    Optional<PooledConnection> leaving = Optional.of(connection);
    if (connection.isReusable()) {
      leaving = keep(connection);
    }
    leaving.ifPresent(PooledConnection::quit);
  }

  /** Returns the connection that has no place: this one, or the oldest. */
  private Optional<PooledConnection> keep(PooledConnection connection) {
    synchronized (lock) {
      if (closed || maxIdle == 0 || maxIdleNanos == 0) {
        return Optional.of(connection);
      }
      idle.addLast(new Idle(connection, System.nanoTime()));
      if (!sweeping) {
        sweeping = true;
        Thread.ofVirtual().name("next-hop-idle").start(this::sweep);
      }
      return idle.size() > maxIdle
          ? Optional.of(idle.removeFirst().connection())
          : Optional.empty();
    }
  }

  private void sweep() {
    try {
      while (true) {
        List<PooledConnection> leaving = new ArrayList<>();
        synchronized (lock) {
          long now = System.nanoTime();
          while (!idle.isEmpty() && isOld(idle.peekFirst(), now)) {
            leaving.add(idle.removeFirst().connection());
          }
          if (leaving.isEmpty()) {
            if (idle.isEmpty()) {
              sweeping = false; // before anybody can put in another
              return;
            }
            long left = maxIdleNanos - (now - idle.peekFirst().sinceNanos());
            lock.wait(left / 1_000_000 + 1);
          }
        }
        leaving.forEach(PooledConnection::quit);
      }
    } catch (InterruptedException e) {
      // Nobody interrupts this thread; if it were, the connections would be checked at their use.
      endSweeping();
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) {
      endSweeping();
      log.error("idle connections to the next hop were not closed in time", e);
    }
  }

  /** After a failure: the next connection that comes back begins again. */
  private void endSweeping() {
    synchronized (lock) {
      sweeping = false;
    }
  }

  private boolean isOld(Idle entry, long now) {
    return now - entry.sinceNanos() >= maxIdleNanos;
  }

  /** Returns the number of kept connections. */
  int size() {
    synchronized (lock) {
      return idle.size();
    }
  }

  /** Closes the idle connections with QUIT; those in use are not kept when they come back. */
  @Override
  public void close() {
    List<Idle> leaving;
    synchronized (lock) {
      closed = true;
      leaving = new ArrayList<>(idle);
      idle.clear();
      lock.notifyAll();
    }
    leaving.forEach(entry -> entry.connection().quit());
  }
}
