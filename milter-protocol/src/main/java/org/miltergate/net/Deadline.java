package org.miltergate.net;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.text.DurationText;

/**
 * A point in time by which something has to be done, on the monotonic clock of the JVM.
 *
 * <p>Immutable and thread-safe.
 */
public final class Deadline {
  private static final Duration LONGEST = Duration.ofDays(365);
  private static final Duration SHORTEST = Duration.ofNanos(1);

  private final Duration limit;
  private final long end;

  private Deadline(long began, Duration limit) {
    this.limit = limit;
    this.end = began + limit.toNanos();
  }

  /** Returns the end of a time that begins now. A year is as good as longer. */
  public static Deadline in(Duration limit) {
    return since(System.nanoTime(), limit);
  }

  /**
   * Returns the end of a time that began earlier. A year is as good as longer.
   *
   * @param began in {@link System#nanoTime}
   */
  public static Deadline since(long began, Duration limit) {
    return new Deadline(began, limit.compareTo(LONGEST) < 0 ? limit : LONGEST);
  }

  /** Returns the time left; zero or less when the deadline has passed. */
  public Duration left() {
    return Duration.ofNanos(end - System.nanoTime());
  }

  /** Returns what is left in milliseconds, rounded up; zero when it is over. */
  public int leftMillis() {
    long nanos = end - System.nanoTime();
    return nanos <= 0
        ? 0
        : (int) Math.min(Integer.MAX_VALUE, TimeUnit.NANOSECONDS.toMillis(nanos - 1) + 1);
  }

  /** Returns the limit of one step: its own, or what is left if that is less; above zero. */
  public Duration within(Duration step) {
    Duration left = left();
    Duration shorter = left.compareTo(step) < 0 ? left : step;
    return shorter.isPositive() ? shorter : SHORTEST;
  }

  public boolean isOver() {
    return end - System.nanoTime() <= 0;
  }

  /** Returns the one of the two that comes first. */
  public Deadline earlierOf(Deadline other) {
    return end - other.end <= 0 ? this : other;
  }

  /** Writes the whole limit, as {@link DurationText} does. */
  @Override
  public String toString() {
    return DurationText.of(limit);
  }
}
