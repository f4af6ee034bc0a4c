package org.miltergate.config.setting;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.address.HostPort;
import org.miltergate.config.text.PathText;
import org.miltergate.config.text.Secret;
import org.miltergate.config.text.SizeText;
import org.miltergate.milter.text.DurationText;

/** The forms that many settings have. */
public final class Forms {
  private static final Pattern DIGITS = Pattern.compile("-?[0-9]{1,9}");
  private static final String SIZE_WANTED = "a size, such as 512KiB or 10MiB";
  private static final TextForm<Integer> INT =
      TextForm.of("a whole number, such as 100", Forms::parseInt, number -> number);
  private static final TextForm<Long> SIZE =
      TextForm.of(SIZE_WANTED, SizeText::parse, SizeText::format);
  private static final TextForm<Integer> INT_SIZE =
      TextForm.of(SIZE_WANTED, Forms::parseIntSize, bytes -> SizeText.format(bytes));
  private static final TextForm<Duration> DURATION =
      TextForm.of(
          "a number and a unit, such as 500ms, 30s or 5m", DurationText::parse, DurationText::of);

  /** Text of any kind. */
  public static final TextForm<String> TEXT = TextForm.of("text", text -> text);

  /** Text without control characters. */
  public static final TextForm<String> PRINTABLE =
      TEXT.limitedTo(
          "",
          (key, value) -> {
            Check.printable(key, value);
            return value;
          });

  /** A name that is shown in logs and metrics. */
  public static final TextForm<String> LABEL =
      TextForm.of("a name of letters, digits and hyphens", (String text) -> text)
          .limitedTo(
              "1 to 64 letters, digits and hyphens",
              (key, value) -> {
                Check.label(key, value);
                return value;
              });

  public static final TextForm<Boolean> BOOLEAN =
      TextForm.of("true or false", Forms::parseBoolean, value -> value);

  public static final TextForm<Path> PATH =
      TextForm.of("a path, such as ./var/mail", PathText::parse);

  /** A file that may be missing. */
  public static final TextForm<Optional<Path>> FILE =
      TextForm.of(
          "the path of a file, or nothing in quotes",
          text -> text.isEmpty() ? Optional.empty() : Optional.of(PathText.parse(text)),
          path -> path.map(Path::toString).orElse(""));

  /** Printed hidden, and therefore not read back. */
  public static final TextForm<Secret> SECRET = TextForm.of("a password", Secret::new);

  public static final TextForm<HostPort> HOST_PORT =
      TextForm.of("an address with a port, such as 127.0.0.1:2525 or [::1]:2525", HostPort::parse);

  public static final TextForm<Cidr> CIDR =
      TextForm.of("a network, such as 192.0.2.0/24 or 2001:db8::/32", Cidr::parse);

  public static final TextForm<DomainPattern> DOMAIN =
      TextForm.of("a domain, such as example.org or .example.org", DomainPattern::parse);

  private Forms() {}

  /** A whole number from {@code least} to {@code most}. */
  public static TextForm<Integer> number(int least, int most) {
    return INT.limitedTo(
        String.format(Locale.ROOT, "%,d to %,d", least, most),
        (key, value) -> {
          Check.range(key, value, least, most);
          return value;
        });
  }

  /** A number of bytes. */
  public static TextForm<Long> size(long least, long most) {
    return SIZE.limitedTo(
        range(least, most),
        (key, value) -> {
          Check.size(key, value, least, most);
          return value;
        });
  }

  /** A number of bytes, or 0 with a meaning of its own. */
  public static TextForm<Long> sizeOrZero(long least, long most) {
    return SIZE.limitedTo(
        "0; " + range(least, most),
        (key, value) -> {
          if (value != 0) {
            Check.size(key, value, least, most);
          }
          return value;
        });
  }

  /** A number of bytes below 2 GiB. */
  public static TextForm<Integer> intSize(int least, int most) {
    return INT_SIZE.limitedTo(
        range(least, most),
        (key, value) -> {
          Check.size(key, value, least, most);
          return value;
        });
  }

  private static String range(long least, long most) {
    return SizeText.format(least) + " to " + SizeText.format(most);
  }

  /** A time limit: above zero, at most 30 days. */
  public static TextForm<Duration> limit() {
    return DURATION.limitedTo(
        "above 0s to 30d",
        (key, value) -> {
          Check.limit(key, value);
          return value;
        });
  }

  /** A pause, or how long something holds: zero to 30 days. */
  public static TextForm<Duration> pause() {
    return DURATION.limitedTo(
        "0s to 30d",
        (key, value) -> {
          Check.pause(key, value);
          return value;
        });
  }

  private static boolean parseBoolean(String text) {
    return switch (text) {
      case "true" -> true;
      case "false" -> false;
      default ->
          throw new IllegalArgumentException("'" + text + "' is neither true nor false; write one");
    };
  }

  private static int parseInt(String text) {
    if (!DIGITS.matcher(text).matches()) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a whole number; write one such as 100");
    }
    return Integer.parseInt(text);
  }

  private static int parseIntSize(String text) {
    long bytes = SizeText.parse(text);
    if (bytes > Integer.MAX_VALUE) {
      throw new IllegalArgumentException(text + " is too large; write less than 2GiB");
    }
    return (int) bytes;
  }
}
