package org.miltergate.gateway.relay.peer;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/**
 * Connections that are in the middle of a transaction and wait for a client to continue: a limited
 * number, each for a limited time. Beyond that number the one that has waited longest is closed;
 * its client loses nothing but time, as another connection is used when it continues.
 *
 * <p>A held connection has no owner; whoever takes it or closes it is its only user.
 *
 * <p>Thread-safe.
 */
public final class HeldConnections {
  private final int most;
  private final Object lock = new Object();

  // Guarded by lock; the one that has waited longest is first.
  private final Deque<PooledConnection> held = new ArrayDeque<>();

  /**
   * @param most at least one
   */
  HeldConnections(int most) {
    this.most = most;
  }

  /** Leaves a connection alone until {@link #take}; it is closed when that takes too long. */
  public void hold(PooledConnection connection, Duration limit) {
    List<PooledConnection> tooMany = new ArrayList<>();
    synchronized (lock) {
      connection.hold(limit);
      held.addLast(connection);
      while (held.size() > most) {
        tooMany.add(held.removeFirst());
      }
    }
    tooMany.forEach(PooledConnection::close);
  }

  /** Returns whether the dialogue on a connection that was held can go on. */
  public boolean take(PooledConnection connection) {
    synchronized (lock) {
      if (!held.remove(connection)) {
        return false;
      }
    }
    return connection.resume();
  }

  int size() {
    synchronized (lock) {
      return held.size();
    }
  }
}
