package org.miltergate.gateway;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;

/** Reads a configuration file for a command, and tells its problems. */
final class ConfigSource {
  private ConfigSource() {}

  /** Returns the configuration, or nothing after all its problems were told. */
  static Optional<GatewayConfig> read(Path file, PrintWriter problems) {
    return switch (ConfigReader.withSystemEnvironment().read(file)) {
      case ConfigResult.Valid valid -> Optional.of(valid.config());
      case ConfigResult.Invalid invalid -> {
        invalid.problems().forEach(problems::println);
        problems.flush();
        yield Optional.empty();
      }
    };
  }
}
