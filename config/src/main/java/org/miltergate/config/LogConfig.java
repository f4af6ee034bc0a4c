package org.miltergate.config;

import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * What is logged.
 *
 * <p>Immutable and thread-safe.
 */
public record LogConfig(Values<LogConfig> values) implements Settings<LogConfig> {
  private static final Rows<LogConfig> ROWS = new Rows<>();

  /** By default one line per event that matters to mail operators. */
  public static final Setting<LogConfig, LogLevel> LEVEL =
      ROWS.add("level", TextForm.ofEnum(LogLevel.class), LogLevel.INFO)
          .means("error, warn, info, debug, trace");

  public static final LogConfig DEFAULT = ROWS.table(LogConfig::new).defaults();

  public static LogConfig of(LogLevel level) {
    return DEFAULT.with(LEVEL, level);
  }

  public LogLevel level() {
    return get(LEVEL);
  }
}
