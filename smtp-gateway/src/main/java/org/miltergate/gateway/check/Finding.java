package org.miltergate.gateway.check;

import java.util.Objects;

/**
 * What does not fit between a configuration and this host.
 *
 * @param path of the setting, such as {@code listeners[0].tls.key}
 * @param text what was found, and what is wanted
 */
public record Finding(Kind kind, String path, String text) {
  /** How bad it is. */
  public enum Kind {
    /** The gateway would not start. */
    PROBLEM,
    /** The gateway would start, and not do what is meant. */
    WARNING,
    /** It works for the user who checks, and perhaps not for the one who runs the gateway. */
    NOTE
  }

  public Finding {
    Objects.requireNonNull(kind, "kind");
    Objects.requireNonNull(path, "path");
    Objects.requireNonNull(text, "text");
  }

  static Finding problem(String path, String text) {
    return new Finding(Kind.PROBLEM, path, text);
  }

  static Finding warning(String path, String text) {
    return new Finding(Kind.WARNING, path, text);
  }

  static Finding note(String path, String text) {
    return new Finding(Kind.NOTE, path, text);
  }
}
