package org.miltergate.config;

import java.nio.file.Path;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * Where held messages are kept.
 *
 * <p>Immutable and thread-safe.
 */
public record QuarantineConfig(Values<QuarantineConfig> values)
    implements Settings<QuarantineConfig> {
  private static final Rows<QuarantineConfig> ROWS = new Rows<>();

  /** A relative path is relative to the working directory. */
  public static final Setting<QuarantineConfig, Path> DIRECTORY =
      ROWS.add("directory", Forms.PATH, Path.of("./var/quarantine"))
          .means("created if it is missing");

  public static final QuarantineConfig DEFAULT = ROWS.table(QuarantineConfig::new).defaults();

  public static QuarantineConfig of(Path directory) {
    return DEFAULT.with(DIRECTORY, directory);
  }

  public Path directory() {
    return get(DIRECTORY);
  }
}
