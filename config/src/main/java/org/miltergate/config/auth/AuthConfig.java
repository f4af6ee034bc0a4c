package org.miltergate.config.auth;

import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;

/**
 * Who may log in, and how. AUTH is offered when there are users.
 *
 * @param mechanisms those that are offered, in this order, without doubles; default all. Postfix
 *     {@code smtpd_sasl_mechanism_filter}
 * @param withoutTls whether AUTH is offered outside of TLS, too; Postfix {@code
 *     smtpd_tls_auth_only} the other way round; default no
 * @param users with different names; default none
 * @param usersFile more of them, lines {@code name:hash}, read anew when it changes; empty (the
 *     default) for none
 * @param failureDelay before the reply to a login that failed; 0 for none; default 2 s
 */
public record AuthConfig(
    List<AuthMechanism> mechanisms,
    boolean withoutTls,
    List<UserConfig> users,
    Optional<Path> usersFile,
    Duration failureDelay) {
  public static final AuthConfig DEFAULT =
      new AuthConfig(
          List.of(AuthMechanism.values()),
          false,
          List.of(),
          Optional.empty(),
          Duration.ofSeconds(2));

  public AuthConfig {
    mechanisms = Check.notEmpty("mechanisms", mechanisms);
    if (Set.copyOf(mechanisms).size() < mechanisms.size()) {
      throw new InvalidSettingException("mechanisms", "one stands there twice; write each once");
    }
    users = List.copyOf(users);
    Objects.requireNonNull(usersFile, "usersFile");
    Check.pause("failure-delay", failureDelay);
    Set<String> names = new HashSet<>();
    for (UserConfig user : users) {
      if (!names.add(user.name())) {
        throw new InvalidSettingException(
            "users", "'" + user.name() + "' is the name of two users; write different ones");
      }
    }
  }

  /** Tells whether somebody can log in. */
  public boolean hasUsers() {
    return !users.isEmpty() || usersFile.isPresent();
  }

  public AuthConfig withMechanisms(List<AuthMechanism> value) {
    return new AuthConfig(value, withoutTls, users, usersFile, failureDelay);
  }

  public AuthConfig withWithoutTls(boolean value) {
    return new AuthConfig(mechanisms, value, users, usersFile, failureDelay);
  }

  public AuthConfig withUsers(List<UserConfig> value) {
    return new AuthConfig(mechanisms, withoutTls, value, usersFile, failureDelay);
  }

  public AuthConfig withUsersFile(Optional<Path> value) {
    return new AuthConfig(mechanisms, withoutTls, users, value, failureDelay);
  }

  public AuthConfig withFailureDelay(Duration value) {
    return new AuthConfig(mechanisms, withoutTls, users, usersFile, value);
  }
}
