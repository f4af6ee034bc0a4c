package org.miltergate.gateway.admission;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * How often something happened in a period, and how often it may be about to. Thread-safe.
 *
 * <p>A period begins with the first event after the end of the one before.
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
   * Takes a place for an event that may come; waits while those that may come could use up the
   * limit.
   *
   * @return false if the limit is reached, or they are not settled within {@code patienceNanos}
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

  /** Gives a place back, as an event or not. */
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

  /** The longest time to wait for others: a hash, and its turn to be computed. */
  static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(10);
}
