package org.miltergate.app;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.miltergate.config.LogConfig;
import org.slf4j.LoggerFactory;

/** Sets what is logged. */
final class LogLevels {
  private LogLevels() {}

  static void apply(LogConfig config) {
    // Only the program knows its logging library; an embedder may have bound another one.
    if (LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME) instanceof Logger root) {
      root.setLevel(Level.valueOf(config.level().name()));
    }
  }
}
