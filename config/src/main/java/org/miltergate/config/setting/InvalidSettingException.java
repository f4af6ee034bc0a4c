package org.miltergate.config.setting;

/**
 * Thrown for a value that a setting cannot have; says which setting, what was found and what is
 * expected.
 */
public final class InvalidSettingException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final String key;
  private final String reason;

  public InvalidSettingException(String key, String reason) {
    super(key + ": " + reason);
    this.key = key;
    this.reason = reason;
  }

  /** Returns the name of the setting, as it is written in the file. */
  public String key() {
    return key;
  }

  /** Returns what was found and what is expected, without the name of the setting. */
  public String reason() {
    return reason;
  }
}
