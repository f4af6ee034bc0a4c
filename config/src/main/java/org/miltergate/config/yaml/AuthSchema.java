package org.miltergate.config.yaml;

import java.util.Base64;
import java.util.Optional;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.auth.AuthMechanism;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.config.auth.UserConfig;

/** The keys of the section {@code auth}. */
final class AuthSchema {
  private static final String NOTHING = Base64.getEncoder().encodeToString(new byte[32]);

  /** Has what every user must say for himself. */
  private static final UserConfig NOBODY =
      new UserConfig(
          "nobody",
          PasswordHash.parse("SCRAM-SHA-256$4096:" + NOTHING + "$" + NOTHING + ":" + NOTHING));

  private static final RecordShape<UserConfig> USER =
      RecordShape.of(NOBODY)
          .required("name", Scalars.TEXT, UserConfig::name, UserConfig::withName)
          .required(
              "password", Scalars.PASSWORD_HASH, UserConfig::password, UserConfig::withPassword);

  static final RecordShape<AuthConfig> AUTH =
      RecordShape.of(AuthConfig.DEFAULT)
          .key(
              "mechanisms",
              ListShape.of(ScalarShape.ofEnum(AuthMechanism.class, AuthMechanism::text)),
              AuthConfig::mechanisms,
              AuthConfig::withMechanisms)
          .key("without-tls", Scalars.BOOLEAN, AuthConfig::withoutTls, AuthConfig::withWithoutTls)
          .key(
              "users",
              ListShape.of(USER).differingIn("name", user -> Optional.of(user.name())),
              AuthConfig::users,
              AuthConfig::withUsers)
          .key("users-file", Scalars.FILE, AuthConfig::usersFile, AuthConfig::withUsersFile)
          .key(
              "failure-delay",
              Scalars.DURATION,
              AuthConfig::failureDelay,
              AuthConfig::withFailureDelay);

  private AuthSchema() {}
}
