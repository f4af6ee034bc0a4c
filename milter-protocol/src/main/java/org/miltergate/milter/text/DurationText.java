package org.miltergate.milter.text;

import java.time.Duration;

/** Durations as text for people: a whole number and one of the units ms, s, m, h, d. */
public final class DurationText {
  private DurationText() {}

  /**
   * Writes the largest unit that needs no fraction, such as {@code 500ms}, {@code 30s} or {@code
   * 10m}; what is below a millisecond is left out.
   */
  public static String of(Duration value) {
    if (value.toMillisPart() != 0) {
      return value.toMillis() + "ms";
    }
    long seconds = value.toSeconds();
    if (seconds == 0 || seconds % 60 != 0) {
      return seconds + "s";
    }
    if (seconds % 3600 != 0) {
      return seconds / 60 + "m";
    }
    return seconds % 86_400 == 0 ? seconds / 86_400 + "d" : seconds / 3600 + "h";
  }
}
