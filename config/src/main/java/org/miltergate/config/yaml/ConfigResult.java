package org.miltergate.config.yaml;

import java.util.List;
import java.util.Objects;
import org.miltergate.config.GatewayConfig;

/** The result of reading. */
public sealed interface ConfigResult {

  /**
   * The file can be used.
   *
   * @param config the settings
   * @param warnings settings that are allowed but probably not intended, in the order of the file
   * @param places where the settings are, for problems that are found later
   */
  record Valid(GatewayConfig config, List<Problem> warnings, Places places)
      implements ConfigResult {
    public Valid {
      Objects.requireNonNull(config, "config");
      Objects.requireNonNull(places, "places");
      warnings = List.copyOf(warnings);
    }
  }

  /**
   * The file cannot be used.
   *
   * @param problems all of them, at least one, in the order of the file
   */
  record Invalid(List<Problem> problems) implements ConfigResult {
    public Invalid {
      problems = List.copyOf(problems);
      if (problems.isEmpty()) {
        throw new IllegalArgumentException("an invalid file has at least one problem");
      }
    }
  }
}
