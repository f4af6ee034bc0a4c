package org.miltergate.milter.filter.header;

import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Optional;

/** Reads and writes dates of header fields (RFC 5322, section 3.3). */
final class MessageDate {
  private static final DateTimeFormatter FORMAT =
      DateTimeFormatter.ofPattern("EEE, d MMM yyyy HH:mm:ss xx", Locale.ROOT);

  private MessageDate() {}

  static String format(OffsetDateTime date) {
    return FORMAT.format(date.truncatedTo(ChronoUnit.SECONDS));
  }

  /** Ignores comments, the name of the day and needless white space; takes the old zone names. */
  static Optional<OffsetDateTime> parse(String text) {
    String plain = text.replaceAll("\\([^()]*\\)", " ").replaceAll("\\s+", " ").strip();
    int comma = plain.indexOf(',');
    String date = plain.substring(comma + 1).strip();
    int blank = date.lastIndexOf(' ');
    if (blank < 0) {
      return Optional.empty();
    }
    String zone = offset(date.substring(blank + 1).toUpperCase(Locale.ROOT));
    for (String pattern : new String[] {"d MMM uuuu H:m:s xx", "d MMM uuuu H:m xx"}) {
      try {
        DateTimeFormatter format =
            new DateTimeFormatterBuilder()
                .parseCaseInsensitive()
                .appendPattern(pattern)
                .toFormatter(Locale.ROOT);
        return Optional.of(OffsetDateTime.parse(date.substring(0, blank + 1) + zone, format));
      } catch (DateTimeException e) {
        // The next form, if there is one.
      }
    }
    return Optional.empty();
  }

  private static String offset(String zone) {
    return switch (zone) {
      case "UT", "UTC", "GMT", "Z" -> "+0000";
      case "EDT" -> "-0400";
      case "EST", "CDT" -> "-0500";
      case "CST", "MDT" -> "-0600";
      case "MST", "PDT" -> "-0700";
      case "PST" -> "-0800";
      default -> zone;
    };
  }
}
