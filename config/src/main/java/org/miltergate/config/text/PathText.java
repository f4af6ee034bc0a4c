package org.miltergate.config.text;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;

/** Paths of files as text. */
public final class PathText {
  private PathText() {}

  /**
   * Reads a path, absolute or relative to the working directory.
   *
   * @throws IllegalArgumentException if the text is empty, or not a path of this file system
   */
  public static Path parse(String text) {
    if (text.isBlank() || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a path; write one such as ./var/mail or /var/lib/miltergate");
    }
    try {
      return Path.of(text);
    } catch (InvalidPathException e) {
      throw new IllegalArgumentException(
          "'" + text + "' is not a path: " + e.getReason() + "; write one such as ./var/mail", e);
    }
  }
}
