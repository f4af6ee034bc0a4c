package org.miltergate.milter.text;

import java.time.Duration;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations as text for people: a whole number and one of the units ms, s, m, h, d. */
public final class DurationText {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(ms|s|m|h|d)");

  private DurationText() {}

  /**
   * Reads text such as {@code 500ms}, {@code 30s}, {@code 5m}, {@code 1h} or {@code 2d}.
   *
   * @throws IllegalArgumentException if it is anything else, such as a number without a unit
   */
  public static Duration parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a duration; write a number and a unit, such as 500ms, 30s, 5m or 1h");
    }
    long number = Long.parseLong(form.group(1));
    return switch (form.group(2)) {
      case "ms" -> Duration.ofMillis(number);
      case "s" -> Duration.ofSeconds(number);
      case "m" -> Duration.ofMinutes(number);
      case "h" -> Duration.ofHours(number);
      default -> Duration.ofDays(number);
    };
  }

  /**
   * Writes a duration in the largest unit that needs no fraction, such as {@code 500ms}, {@code
   * 30s} or {@code 10m}; fractions of a millisecond are dropped.
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
