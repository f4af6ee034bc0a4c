package org.miltergate.gateway.relay.smtp;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import org.miltergate.net.Deadline;

/**
 * The end of the time that a message may take from the client's final dot to the one to the next
 * hop, over milters, all steps and connections: a client that waits for its reply gives up some
 * time (RFC 5321, section 4.5.3.2.6: after 10 minutes), and would send the message again.
 *
 * <p>Immutable and thread-safe.
 */
public final class DeliveryDeadline {
  /** There is no limit but that of each step. */
  public static final DeliveryDeadline NONE = in(Duration.ofDays(1));

  private final Deadline end;
  private final long draw = ThreadLocalRandom.current().nextLong();

  private DeliveryDeadline(Deadline end) {
    this.end = end;
  }

  public static DeliveryDeadline in(Duration limit) {
    return new DeliveryDeadline(Deadline.in(limit));
  }

  /**
   * Returns the end of a time that began earlier.
   *
   * @param began in {@link System#nanoTime}
   */
  public static DeliveryDeadline since(long began, Duration limit) {
    return new DeliveryDeadline(Deadline.since(began, limit));
  }

  /** Returns the limit of one step: its own, or what is left of the delivery's; above zero. */
  public Duration within(Duration step) {
    return this == NONE ? step : end.within(step);
  }

  /** Returns a number by which one delivery chooses the same among equal next hops each time. */
  public long draw() {
    return draw;
  }

  public boolean isOver() {
    return this != NONE && end.isOver();
  }
}
