package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;

/** The end of an exchange in which the client sent the password itself. */
final class PasswordLogin {
  private PasswordLogin() {}

  static SaslStep check(
      String mechanism, Users users, LoginAttempts attempts, String user, String password) {
    Optional<String> name = SaslPrep.name(user);
    if (name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Refused("invalid user name or password", user);
    }
    Optional<LoginAttempts.Attempt> begun = attempts.begin(name.get());
    if (begun.isEmpty()) {
      return new SaslStep.Limited(name.get());
    }
    try (LoginAttempts.Attempt attempt = begun.get()) {
      return check(mechanism, users, attempt, name.get(), password);
    }
  }

  private static SaslStep check(
      String mechanism, Users users, LoginAttempts.Attempt attempt, String name, String password) {
    try {
      if (!users.verify(name, password)) {
        return new SaslStep.Refused("unknown user or wrong password", name);
      }
      attempt.succeeded();
      return new SaslStep.Done(new Login(mechanism, name, name));
    } catch (IOException e) {
      attempt.undecided();
      return new SaslStep.Unavailable(String.valueOf(e.getMessage()), name);
    }
  }
}
