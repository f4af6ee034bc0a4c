package org.miltergate.config.yaml;

import java.util.List;
import org.miltergate.config.GatewayConfig;

/** What reading came to. */
public sealed interface ConfigResult {

  /**
   * The file can be used.
   *
   * @param config the settings
   * @param warnings what is allowed but hardly meant, in the order of the file
   */
  record Valid(GatewayConfig config, List<Problem> warnings) implements ConfigResult {
    public Valid {
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
