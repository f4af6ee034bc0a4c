package org.miltergate.gateway.files;

import java.io.IOException;

/**
 * Thrown when data could not be written to disk, usually because the disk is full or a quota is
 * exhausted. Java has no type for either, and the system's text depends on its language.
 */
public final class NotStoredException extends IOException {
  private static final long serialVersionUID = 1L;

  public NotStoredException(String what, IOException cause) {
    super(what + " could not be written: " + cause.getMessage(), cause);
  }
}
