package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;

/**
 * Thrown for an invalid file with a key or certificates; says which file, and what it contains and
 * lacks.
 */
public final class KeyFileException extends IOException {
  private static final long serialVersionUID = 1L;

  private final transient Path file;

  KeyFileException(Path file, String reason) {
    super(file + ": " + reason);
    this.file = file;
  }

  KeyFileException(Path file, String reason, Throwable cause) {
    super(file + ": " + reason, cause);
    this.file = file;
  }

  /** Returns the invalid file. */
  public Path file() {
    return file;
  }
}
