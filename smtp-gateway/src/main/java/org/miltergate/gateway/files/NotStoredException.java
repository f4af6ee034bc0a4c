package org.miltergate.gateway.files;

import java.io.IOException;

/**
 * Says that something could not be put on the disk, as a rule because the disk is full or a quota
 * is used up. Java has no type for either, and the system's text depends on its language.
 */
public final class NotStoredException extends IOException {
  private static final long serialVersionUID = 1L;

  public NotStoredException(String what, IOException cause) {
    super(what + " could not be written: " + cause.getMessage(), cause);
  }
}
