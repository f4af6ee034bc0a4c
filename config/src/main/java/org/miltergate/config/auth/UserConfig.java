package org.miltergate.config.auth;

import java.util.Base64;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * Somebody who may log in.
 *
 * <p>Immutable and thread-safe.
 */
public record UserConfig(Values<UserConfig> values) implements Settings<UserConfig> {
  private static final int MAX_CHARS = 255;
  private static final String NO_KEY = Base64.getEncoder().encodeToString(new byte[32]);

  /** Placeholder for values that every user must have. */
  private static final PasswordHash NO_PASSWORD =
      PasswordHash.parse("SCRAM-SHA-256$4096:" + NO_KEY + "$" + NO_KEY + ":" + NO_KEY);

  private static final Rows<UserConfig> ROWS = new Rows<>();

  /** 1 to 255 characters without {@code :} and control characters; compared exactly. */
  public static final Setting<UserConfig, String> NAME =
      ROWS.add("name", Forms.PRINTABLE, "nobody")
          .required()
          .checked(UserConfig::requireName)
          .means("");

  /** Printed hidden, and therefore not read back. */
  public static final Setting<UserConfig, PasswordHash> PASSWORD =
      ROWS.add(
              "password",
              TextForm.of("what 'miltergate password' prints", PasswordHash::parse),
              NO_PASSWORD)
          .required()
          .means("what \"miltergate password\" prints");

  private static final UserConfig NOBODY = ROWS.table(UserConfig::new).defaults();

  static final RecordForm<UserConfig> FORM = RecordForm.of(NOBODY);

  public static UserConfig of(String name, PasswordHash password) {
    return NOBODY.with(user -> user.set(NAME, name).set(PASSWORD, password));
  }

  private static String requireName(String key, String name) {
    if (name.isEmpty() || name.length() > MAX_CHARS || name.indexOf(':') >= 0) {
      throw new InvalidSettingException(
          key,
          "'"
              + name
              + "' is not a user name; write 1 to "
              + MAX_CHARS
              + " characters and no colon");
    }
    return name;
  }

  public String name() {
    return get(NAME);
  }

  public PasswordHash password() {
    return get(PASSWORD);
  }
}
