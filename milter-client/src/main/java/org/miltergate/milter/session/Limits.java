package org.miltergate.milter.session;

import java.time.Duration;
import java.util.Locale;

/** Texts for time limits. */
final class Limits {
  private Limits() {}

  /** Returns {@code 30s}, {@code 5m} or {@code 1500ms}. */
  static String text(Duration limit) {
    if (limit.toMillisPart() != 0 || limit.isZero()) {
      return limit.toMillis() + "ms";
    }
    return limit.toSecondsPart() == 0
        ? limit.toMinutes() + "m"
        : String.format(Locale.ROOT, "%ds", limit.toSeconds());
  }

  static Duration longer(Duration a, Duration b) {
    return a.compareTo(b) >= 0 ? a : b;
  }

  static Duration shorter(Duration a, Duration b) {
    return a.compareTo(b) <= 0 ? a : b;
  }

  static Duration requirePositive(Duration limit, String name) {
    if (limit.isNegative() || limit.isZero()) {
      throw new IllegalArgumentException(name + " is " + text(limit) + ", must be above zero");
    }
    return limit;
  }
}
