package org.miltergate.it.edge;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.ArrayList;
import java.util.List;
import org.slf4j.LoggerFactory;

/**
 * Keeps the lines of the gateway's mail log while it is open.
 *
 * <p>Gateways that run at the same time write into each other's. Thread-safe.
 */
final class MailLogTap extends AppenderBase<ILoggingEvent> implements AutoCloseable {
  private final List<String> lines = new ArrayList<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("smtpd");

  /** Keeps lines of this level and above it; nothing below it is written anywhere. */
  static MailLogTap open(Level level) {
    MailLogTap tap = new MailLogTap();
    tap.start();
    tap.logger.setLevel(level);
    tap.logger.addAppender(tap);
    return tap;
  }

  @Override
  protected void append(ILoggingEvent event) {
    synchronized (lines) {
      lines.add(event.getFormattedMessage());
    }
  }

  List<String> lines() {
    synchronized (lines) {
      return List.copyOf(lines);
    }
  }

  @Override
  public void close() {
    logger.detachAppender(this);
  }
}
