package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.file.Path;

/**
 * A file with a key or certificates is not as it must be; says which, what is in it and what not.
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

  /** Returns the file that is not as it must be. */
  public Path file() {
    return file;
  }
}
