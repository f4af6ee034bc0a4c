package org.miltergate.config;

import java.util.Objects;

/**
 * What is logged.
 *
 * @param level default {@code INFO}: one line per event that matters to who runs the mail
 */
public record LogConfig(LogLevel level) {
  public static final LogConfig DEFAULT = new LogConfig(LogLevel.INFO);

  public LogConfig {
    Objects.requireNonNull(level, "level");
  }
}
