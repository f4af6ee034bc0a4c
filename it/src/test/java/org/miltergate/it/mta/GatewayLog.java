package org.miltergate.it.mta;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps what is logged in this process from its beginning to its end, for tests that fail.
 *
 * <p>Gateways of tests that run at the same time log into each other's. Thread-safe.
 */
final class GatewayLog extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new ArrayList<>();

  static GatewayLog begin() {
    GatewayLog log = new GatewayLog();
    log.start();
    root().addAppender(log);
    return log;
  }

  private static Logger root() {
    return (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
  }

  @Override
  protected void append(ILoggingEvent event) {
    synchronized (lines) {
      lines.add(
          "%s %s %s %s %s"
              .formatted(
                  event.getInstant(),
                  event.getLevel(),
                  event.getLoggerName(),
                  event.getFormattedMessage(),
                  event.getKeyValuePairs() == null ? "" : event.getKeyValuePairs()));
    }
  }

  String text() {
    synchronized (lines) {
      return String.join("\n", lines);
    }
  }

  @Override
  public void close() {
    root().detachAppender(this);
  }
}
