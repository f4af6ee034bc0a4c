package org.miltergate.config.text;

import java.util.Objects;

/**
 * A password, kept out of logs and of what is printed.
 *
 * <p>Immutable and thread-safe.
 *
 * @param value the password itself; empty for none
 */
public record Secret(String value) {
  /** Stands for every secret that is printed; no secret can have this value. */
  public static final String HIDDEN = "********";

  public static final Secret NONE = new Secret("");

  public Secret {
    Objects.requireNonNull(value, "value");
    if (value.equals(HIDDEN)) {
      throw new IllegalArgumentException(
          "'" + HIDDEN + "' is the mark of a hidden secret; write the secret itself");
    }
  }

  public boolean isEmpty() {
    return value.isEmpty();
  }

  /** Returns {@link #HIDDEN}, or nothing for an empty secret. */
  @Override
  public String toString() {
    return value.isEmpty() ? "" : HIDDEN;
  }
}
