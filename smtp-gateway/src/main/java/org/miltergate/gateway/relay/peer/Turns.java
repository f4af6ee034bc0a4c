package org.miltergate.gateway.relay.peer;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;

/**
 * Limits how many connections to one next hop are in use at a time. Messages wait for their turn in
 * the order of arrival. One that already has a connection gets others at once, even above the
 * limit: if messages waited for each other, none of them would end.
 *
 * <p>Thread-safe.
 */
final class Turns {
  private static final Duration LONGEST_WAIT = Duration.ofDays(1);

  private final String nextHop;
  private final int most;
  private final Semaphore free;

  Turns(String nextHop, int most) {
    this.nextHop = nextHop;
    this.most = most;
    this.free = new Semaphore(most, true);
  }

  /** Returns whether {@link #await} would not wait, as far as can be said from outside. */
  boolean isFree() {
    return free.availablePermits() > 0;
  }

  /** Returns how many connections may be open besides those that are in use. */
  int left() {
    return free.availablePermits();
  }

  /**
   * Waits until a connection may be used.
   *
   * @return to be closed when it is not in use any more
   * @throws NextHopException if the time of the delivery ends first
   */
  Turn await(DeliveryDeadline deadline) throws NextHopException {
    try {
      if (free.tryAcquire(deadline.within(LONGEST_WAIT).toNanos(), TimeUnit.NANOSECONDS)) {
        return new Turn(true);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new NextHopException(
        Kind.BUSY, "none", "none of %s connections to %s became free".formatted(most, nextHop));
  }

  /** Does not wait, and may exceed the limit. */
  Turn atOnce() {
    return new Turn(free.tryAcquire());
  }

  /** The right to use a connection. Thread-safe. */
  final class Turn implements AutoCloseable {
    private final AtomicBoolean counted;

    private Turn(boolean counted) {
      this.counted = new AtomicBoolean(counted);
    }

    /** Gives it back; does nothing if that was done before. */
    @Override
    public void close() {
      if (counted.compareAndSet(true, false)) {
        free.release();
      }
    }
  }
}
