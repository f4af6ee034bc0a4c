package org.miltergate.config;

import java.nio.file.Path;
import java.util.Objects;

/**
 * Where held messages are kept.
 *
 * @param directory made if it is missing; a relative path is relative to the working directory;
 *     default {@code ./var/quarantine}
 */
public record QuarantineConfig(Path directory) {
  public static final QuarantineConfig DEFAULT = new QuarantineConfig(Path.of("./var/quarantine"));

  public QuarantineConfig {
    Objects.requireNonNull(directory, "directory");
  }
}
