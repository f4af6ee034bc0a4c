package org.miltergate.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.LayoutBase;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.text.PrintableText;
import org.slf4j.event.KeyValuePair;

/**
 * Formats log lines as syslog does for Postfix, so that tools for mail logs can read them.
 *
 * <pre>
 * Nov 30 20:00:01 mx miltergate/smtpd[4711]: warning: unknown[192.0.2.7]: SASL PLAIN …
 * </pre>
 *
 * <p>After the process comes {@code warning: } or {@code error: } if someone should look at the
 * line; then the message, its key-value pairs, and the exception. Each event is one line, except
 * that the stack trace of a program error follows on lines that begin with a tab. Characters that
 * {@link PrintableText} does not allow are never written, wherever they come from.
 *
 * <p>The time is local, as in syslog. In the journal, which records time, host and process itself,
 * a line begins with its priority instead, such as {@code <4>} for a warning.
 *
 * <p>Thread-safe once started.
 *
 * @see "systemd sd-daemon(3)"
 */
public final class LogLayout extends LayoutBase<ILoggingEvent> {
  private static final int MAX_FRAMES = 30;

  private final LogOrigin origin;
  private final DateTimeFormatter time;

  /** Formats lines of this process. */
  public LogLayout() {
    this(LogOrigin.ofThisProcess(), ZoneId.systemDefault());
  }

  LogLayout(LogOrigin origin, ZoneId zone) {
    this.origin = origin;
    // Days below ten have a blank before them, as RFC 3164 requires.
    this.time = DateTimeFormatter.ofPattern("MMM ppd HH:mm:ss", Locale.ENGLISH).withZone(zone);
  }

  @Override
  public String doLayout(ILoggingEvent event) {
    StringBuilder line = new StringBuilder(160);
    begin(line, event);
    StringBuilder text = new StringBuilder(120);
    text.append(event.getFormattedMessage());
    keyValues(text, event.getKeyValuePairs());
    IThrowableProxy thrown = event.getThrowableProxy();
    for (IThrowableProxy one = thrown; one != null; one = one.getCause()) {
      text.append(text.isEmpty() ? "" : ": ").append(shortName(one));
      if (one.getMessage() != null) {
        text.append(": ").append(one.getMessage());
      }
    }
    String word = word(event.getLevel());
    if (text.indexOf(word) != 0) {
      line.append(word);
    }
    line.append(PrintableText.of(text.toString())).append('\n');
    if (thrown != null && event.getLevel() == Level.ERROR) {
      frames(line, thrown);
    }
    return line.toString();
  }

  private void begin(StringBuilder line, ILoggingEvent event) {
    String logger = event.getLoggerName();
    String service = PrintableText.of(logger.substring(logger.lastIndexOf('.') + 1));
    if (origin.journal()) {
      line.append('<').append(priority(event.getLevel())).append('>');
    } else {
      line.append(time.format(Instant.ofEpochMilli(event.getTimeStamp())))
          .append(' ')
          .append(origin.host())
          .append(" miltergate/")
          .append(service)
          .append('[')
          .append(origin.process())
          .append("]: ");
    }
  }

  private static void keyValues(StringBuilder text, List<KeyValuePair> pairs) {
    if (pairs == null) {
      return;
    }
    String separator = "; ";
    for (KeyValuePair pair : pairs) {
      String fact = pair.key + "=" + pair.value;
      if (text.indexOf(fact) < 0) { // some messages have their facts in the text as well
        text.append(separator).append(fact);
        separator = ", ";
      }
    }
  }

  private static String shortName(IThrowableProxy thrown) {
    String name = thrown.getClassName();
    return name.substring(name.lastIndexOf('.') + 1);
  }

  private static void frames(StringBuilder line, IThrowableProxy thrown) {
    StackTraceElementProxy[] frames = thrown.getStackTraceElementProxyArray();
    for (int i = 0; i < Math.min(frames.length, MAX_FRAMES); i++) {
      line.append('\t').append(PrintableText.of(frames[i].getSTEAsString())).append('\n');
    }
  }

  private static String word(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> "error: ";
      case Level.WARN_INT -> "warning: ";
      default -> "";
    };
  }

  /** Returns the syslog priority. */
  private static int priority(Level level) {
    return switch (level.toInt()) {
      case Level.ERROR_INT -> 3;
      case Level.WARN_INT -> 4;
      case Level.INFO_INT -> 6;
      default -> 7;
    };
  }
}
