package org.miltergate.net;

import java.time.Duration;
import java.util.Locale;

/** The end of one call's time. Immutable. */
final class Deadline {
  private static final Duration LONGEST = Duration.ofDays(365);

  private final Duration limit;
  private final long began = System.nanoTime();

  private Deadline(Duration limit) {
    this.limit = limit;
  }

  /** A year is as good as longer, and fits into nanoseconds. */
  static Deadline in(Duration limit) {
    return new Deadline(limit.compareTo(LONGEST) < 0 ? limit : LONGEST);
  }

  /** Returns what is left, zero or less when it is over. */
  Duration left() {
    return limit.minusNanos(System.nanoTime() - began);
  }

  boolean isOver() {
    return !left().isPositive();
  }

  /** Writes the whole limit: {@code 5s}, {@code 0.25s}, {@code 1m30s}. */
  @Override
  public String toString() {
    return limit.toString().substring("PT".length()).toLowerCase(Locale.ROOT);
  }
}
