package org.miltergate.gateway.smtp.io;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * A point in time by which something has to be done, on the JVM's monotonic clock.
 *
 * <p>Immutable.
 */
public record Deadline(long nanoTime) {
  public static Deadline in(Duration limit) {
    return new Deadline(System.nanoTime() + limit.toNanos());
  }

  /** Returns the time that is left, zero or less if the point has passed. */
  public Duration remaining() {
    return Duration.ofNanos(nanoTime - System.nanoTime());
  }

  /** Returns the time that is left in milliseconds, rounded up; zero if the point has passed. */
  public int remainingMillis() {
    long nanos = nanoTime - System.nanoTime();
    if (nanos <= 0) {
      return 0;
    }
    return (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1);
  }

  public Deadline earlierOf(Deadline other) {
    return nanoTime - other.nanoTime <= 0 ? this : other;
  }
}
