package org.miltergate.gateway.relay.smtp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The end of the time that a message may take from the client's final dot to the one to the next
 * hop, over milters, all steps and connections: a client that waits for its reply gives up some
 * time (RFC 5321, section 4.5.3.2.6: after 10 minutes), and would send the message again.
 *
 * <p>Immutable and thread-safe.
 */
public final class DeliveryDeadline {
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Duration SHORTEST = Duration.ofNanos(1);

  /** There is no limit but that of each step. */
  public static final DeliveryDeadline NONE = new DeliveryDeadline(LONGEST, System.nanoTime());

  private final Duration limit;
  private final long began;
  private final long draw = ThreadLocalRandom.current().nextLong();

  private DeliveryDeadline(Duration limit, long began) {
    this.limit = limit;
    this.began = began;
  }

  public static DeliveryDeadline in(Duration limit) {
    return since(System.nanoTime(), limit);
  }

  /**
   * Returns the end of a time that began earlier. A year is long enough, and fits into a long as
   * nanoseconds.
   *
   * @param began in {@link System#nanoTime}
   */
  public static DeliveryDeadline since(long began, Duration limit) {
    return new DeliveryDeadline(limit.compareTo(LONGEST) < 0 ? limit : LONGEST, began);
  }

  /** Returns the limit of one step: its own, or what is left of the delivery's; above zero. */
  public Duration within(Duration step) {
    if (this == NONE) {
      return step;
    }
    Duration left = limit.minusNanos(System.nanoTime() - began);
    Duration shorter = left.compareTo(step) < 0 ? left : step;
    return shorter.isPositive() ? shorter : SHORTEST;
  }

  /** Returns a number by which one delivery chooses the same among equal next hops each time. */
  public long draw() {
    return draw;
  }

  public boolean isOver() {
    return this != NONE && !limit.minusNanos(System.nanoTime() - began).isPositive();
  }
}
