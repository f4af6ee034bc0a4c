package org.miltergate.config.setting;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Pattern;
import org.miltergate.address.HostNames;
import org.miltergate.config.text.SizeText;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.text.DurationText;

/** The checks that the records make in their constructors. */
public final class Check {
  /** Long enough for every limit here, and far below the overflow of a long in nanoseconds. */
  private static final Duration LONGEST = Duration.ofDays(30);

  private static final Pattern LABEL = Pattern.compile("[A-Za-z0-9-]{1,64}");

  private Check() {}

  /** Above zero and at most 30 days. */
  public static void limit(String key, Duration value) {
    Objects.requireNonNull(value, key);
    if (value.isZero() || value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException(
          key, DurationText.of(value) + " is out of range; write more than 0s, at most 30d");
    }
  }

  /** Not below zero and at most 30 days. */
  public static void pause(String key, Duration value) {
    Objects.requireNonNull(value, key);
    if (value.isNegative() || value.compareTo(LONGEST) > 0) {
      throw new InvalidSettingException(
          key, DurationText.of(value) + " is out of range; write 0s to 30d");
    }
  }

  public static void range(String key, long value, long least, long most) {
    if (value < least || value > most) {
      throw new InvalidSettingException(
          key,
          String.format(Locale.ROOT, "%d is out of range; write %d to %d", value, least, most));
    }
  }

  public static void size(String key, long bytes, long least, long most) {
    if (bytes < least || bytes > most) {
      throw new InvalidSettingException(
          key,
          "%s is out of range; write %s to %s"
              .formatted(SizeText.format(bytes), SizeText.format(least), SizeText.format(most)));
    }
  }

  public static void hostName(String key, String value) {
    if (!HostNames.isHostName(value)) {
      throw new InvalidSettingException(
          key, "'" + value + "' is not a host name; write one such as mx.example.org");
    }
  }

  /** A name that is shown in logs and metrics. */
  public static void label(String key, String value) {
    if (!LABEL.matcher(value).matches()) {
      throw new InvalidSettingException(
          key, "'" + value + "' is not a name; write 1 to 64 letters, digits and hyphens");
    }
  }

  /** Text that goes into packets and log lines. */
  public static void printable(String key, String value) {
    if (value.chars().anyMatch(Character::isISOControl)) {
      throw new InvalidSettingException(
          key, "contains a control character; write printable characters only");
    }
  }

  /** Names of header fields; the list may be empty. */
  public static List<String> fieldNames(String key, List<String> names) {
    for (String name : names) {
      if (!HeaderField.isValidName(Bytes.ofUtf8(name))) {
        throw new InvalidSettingException(
            key, "'" + name + "' is not a header field name; write one such as Bcc");
      }
    }
    return List.copyOf(names);
  }

  public static <T> List<T> notEmpty(String key, List<T> values) {
    if (values.isEmpty()) {
      throw new InvalidSettingException(key, "the list is empty; write at least one entry");
    }
    return List.copyOf(values);
  }
}
