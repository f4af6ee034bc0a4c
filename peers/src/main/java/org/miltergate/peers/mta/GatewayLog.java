package org.miltergate.peers.mta;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is logged in this process from its beginning to its end.
 *
 * <p>Gateways of tests that run at the same time log into each other's. Thread-safe.
 */
final class GatewayLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  private static final Logger MAIL = (Logger) LoggerFactory.getLogger("smtpd");

  private final List<String> lines = new ArrayList<>();
  private final Level level;
  private final @Nullable Level levelBefore = MAIL.getLevel();

  private GatewayLog(Level level) {
    this.level = level;
  }

  /** Keeps what has this level or one above it; the mail log writes nothing below it anywhere. */
  static GatewayLog begin(Level level) {
    GatewayLog log = new GatewayLog(level);
    log.start();
    MAIL.setLevel(level);
    ROOT.addAppender(log);
    return log;
  }

  @Override
  protected void append(ILoggingEvent event) {
    if (event.getLevel().isGreaterOrEqual(level)) {
      String line =
          "%s %s %s %s %s"
              .formatted(
                  event.getInstant(),
                  event.getLevel(),
                  event.getLoggerName(),
                  event.getFormattedMessage(),
                  event.getKeyValuePairs() == null ? "" : event.getKeyValuePairs());
      synchronized (lines) {
        lines.add(line);
      }
    }
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void close() {
    ROOT.detachAppender(this);
    MAIL.setLevel(levelBefore);
  }
}
