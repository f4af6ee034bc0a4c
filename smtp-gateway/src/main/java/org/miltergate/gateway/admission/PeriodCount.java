package org.miltergate.gateway.admission;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The number of events in a period, and of reserved slots for possible ones. Thread-safe.
 *
 * <p>A period begins with the first event after the end of the previous one.
 */
final class PeriodCount {
  /**
   * A count and its limit.
   *
   * @param most above 0
   */
  record Limited(PeriodCount count, int most) {}

  private final long periodNanos;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition settled = lock.newCondition();
  private long begunNanos;
  private long number;
  private long pending;

  PeriodCount(long nowNanos, long periodNanos) {
    this.begunNanos = nowNanos;
    this.periodNanos = periodNanos;
  }

  /** Adds events and returns how many there are in this period. */
  long add(long nowNanos, int more) {
    lock.lock();
    try {
      return added(nowNanos, more);
    } finally {
      lock.unlock();
    }
  }

  private long added(long nowNanos, int more) {
    if (nowNanos - begunNanos >= periodNanos) {
      begunNanos = nowNanos;
      number = 0;
    }
    number += more;
    return number;
  }

  /**
   * Reserves a slot for a possible event; waits while the reserved slots could exhaust the limit.
   *
   * @return false if the limit is reached, or the others are not decided within {@code
   *     patienceNanos}
   */
  boolean reserve(long nowNanos, int most, long patienceNanos) {
    lock.lock();
    try {
      long left = patienceNanos;
      while (added(nowNanos, 0) < most) {
        if (number + pending < most) {
          pending++;
          return true;
        }
        if (left <= 0) {
          return false;
        }
        left = settled.awaitNanos(left);
      }
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    } finally {
      lock.unlock();
    }
  }

  /** Releases a slot, as an event or not. */
  void settle(long nowNanos, boolean happened) {
    lock.lock();
    try {
      pending--;
      added(nowNanos, happened ? 1 : 0);
      settled.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** The longest time to wait for others: computing a hash, and waiting for a turn. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
}
