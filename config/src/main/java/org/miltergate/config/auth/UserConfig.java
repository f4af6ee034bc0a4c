package org.miltergate.config.auth;

import java.util.Objects;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;

/**
 * Somebody who may log in.
 *
 * @param name 1 to 255 characters without {@code :} and control characters; compared exactly
 * @param password its hash
 */
public record UserConfig(String name, PasswordHash password) {
  private static final int MAX_CHARS = 255;

  public UserConfig {
    Objects.requireNonNull(password, "password");
    Check.printable("name", name);
    if (name.isEmpty() || name.length() > MAX_CHARS || name.indexOf(':') >= 0) {
      throw new InvalidSettingException(
          "name",
          "'" + name + "' is no user; write 1 to " + MAX_CHARS + " characters and no colon");
    }
  }

  public UserConfig withName(String value) {
    return new UserConfig(value, password);
  }

  public UserConfig withPassword(PasswordHash value) {
    return new UserConfig(name, value);
  }
}
