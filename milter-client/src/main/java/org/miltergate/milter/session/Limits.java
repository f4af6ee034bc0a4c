package org.miltergate.milter.session;

import java.time.Duration;
import org.miltergate.milter.text.DurationText;

/** Time limits: texts and checks. */
final class Limits {
  private Limits() {}

  static String text(Duration limit) {
    return DurationText.of(limit);
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
