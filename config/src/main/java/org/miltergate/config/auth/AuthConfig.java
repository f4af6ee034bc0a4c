package org.miltergate.config.auth;

import static org.miltergate.config.setting.Forms.pause;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * Who may log in, and how. AUTH is offered when there are users.
 *
 * <p>Immutable and thread-safe.
 */
public record AuthConfig(Values<AuthConfig> values) implements Settings<AuthConfig> {
  private static final Rows<AuthConfig> ROWS = new Rows<>();

  /** Those that are offered, in this order. */
  public static final Setting<AuthConfig, List<AuthMechanism>> MECHANISMS =
      ROWS.add(
              "mechanisms",
              ListForm.of(TextForm.ofEnum(AuthMechanism.class, AuthMechanism::text)),
              List.of(AuthMechanism.values()))
          .postfix("smtpd_sasl_mechanism_filter")
          .checked(AuthConfig::requireOnce)
          .means("");

  public static final Setting<AuthConfig, Boolean> WITHOUT_TLS =
      ROWS.add("without-tls", Forms.BOOLEAN, false)
          .postfix("smtpd_tls_auth_only")
          .means("true: passwords can be read in transit");

  public static final Setting<AuthConfig, List<UserConfig>> USERS =
      ROWS.add(
              "users",
              ListForm.of(UserConfig.FORM).differingIn("name", user -> Optional.of(user.name())),
              List.of())
          .checked(AuthConfig::requireDifferent)
          .means("password: what \"miltergate password\" prints");

  public static final Setting<AuthConfig, Optional<Path>> USERS_FILE =
      ROWS.add("users-file", Forms.FILE, Optional.empty())
          .means("more users, lines name:hash; read again when it changes");

  public static final Setting<AuthConfig, Duration> FAILURE_DELAY =
      ROWS.add("failure-delay", pause(), Duration.ofSeconds(2))
          .means("before the reply to a wrong password");

  public static final AuthConfig DEFAULT = ROWS.table(AuthConfig::new).defaults();

  private static List<AuthMechanism> requireOnce(String key, List<AuthMechanism> mechanisms) {
    Check.notEmpty(key, mechanisms);
    if (Set.copyOf(mechanisms).size() < mechanisms.size()) {
      throw new InvalidSettingException(key, "one occurs twice; write each once");
    }
    return mechanisms;
  }

  private static List<UserConfig> requireDifferent(String key, List<UserConfig> users) {
    Set<String> names = new HashSet<>();
    for (UserConfig user : users) {
      if (!names.add(user.name())) {
        throw new InvalidSettingException(
            key, "'" + user.name() + "' is the name of two users; write different ones");
      }
    }
    return users;
  }

  public List<AuthMechanism> mechanisms() {
    return get(MECHANISMS);
  }

  /** Returns whether AUTH is also offered outside TLS. */
  public boolean withoutTls() {
    return get(WITHOUT_TLS);
  }

  public List<UserConfig> users() {
    return get(USERS);
  }

  public Optional<Path> usersFile() {
    return get(USERS_FILE);
  }

  public Duration failureDelay() {
    return get(FAILURE_DELAY);
  }

  /** Returns whether somebody can log in. */
  public boolean hasUsers() {
    return !users().isEmpty() || usersFile().isPresent();
  }
}
