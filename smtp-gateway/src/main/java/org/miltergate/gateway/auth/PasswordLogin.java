package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;

/** The end of an exchange in which the password itself was sent. */
final class PasswordLogin {
  private PasswordLogin() {}

  static SaslStep check(String mechanism, Users users, String user, String password) {
    Optional<String> name = SaslPrep.name(user);
    if (name.isEmpty() || password.isEmpty()) {
      return new SaslStep.Refused("no such name or password can be", user);
    }
    try {
      return users.verify(name.get(), password)
          ? new SaslStep.Done(new Login(mechanism, name.get(), name.get()))
          : new SaslStep.Refused("unknown user or wrong password", name.get());
    } catch (IOException e) {
      return new SaslStep.Unavailable(String.valueOf(e.getMessage()), name.get());
    }
  }
}
