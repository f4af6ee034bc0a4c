package org.miltergate.gateway.relay;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The end of the time that a delivery may take until its final dot, over all its steps and
 * connections: a client that waits for its reply in front gives up some time (RFC 5321, section
 * 4.5.3.2.6: after 10 minutes), and would send the message again.
 *
 * <p>Immutable and thread-safe.
 */
final class DeliveryDeadline {
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Duration SHORTEST = Duration.ofNanos(1);

  /** There is no limit but that of each step. */
  static final DeliveryDeadline NONE = new DeliveryDeadline(LONGEST);

  private final Duration limit;
  private final long began = System.nanoTime();
  private final long draw = ThreadLocalRandom.current().nextLong();

  private DeliveryDeadline(Duration limit) {
    this.limit = limit;
  }

  /** A year is as good as longer, and fits into nanoseconds. */
  static DeliveryDeadline in(Duration limit) {
    return new DeliveryDeadline(limit.compareTo(LONGEST) < 0 ? limit : LONGEST);
  }

  /** Returns the limit of one step: its own, or what is left of the delivery's; above zero. */
  Duration within(Duration step) {
    if (this == NONE) {
      return step;
    }
    Duration left = limit.minusNanos(System.nanoTime() - began);
    Duration shorter = left.compareTo(step) < 0 ? left : step;
    return shorter.isPositive() ? shorter : SHORTEST;
  }

  /** Returns a number by which one delivery chooses the same among equal next hops each time. */
  long draw() {
    return draw;
  }

  boolean isOver() {
    return this != NONE && !limit.minusNanos(System.nanoTime() - began).isPositive();
  }
}
