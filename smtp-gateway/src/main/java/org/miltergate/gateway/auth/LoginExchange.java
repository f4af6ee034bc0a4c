package org.miltergate.gateway.auth;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * LOGIN: the name, then the password. An initial response is the name.
 *
 * @see "draft-murchison-sasl-login-00"
 */
final class LoginExchange implements SaslExchange {
  private static final String NAME = "LOGIN";
  private static final Bytes USERNAME = Bytes.ofLatin1("Username:");
  private static final Bytes PASSWORD = Bytes.ofLatin1("Password:");

  private final Users users;
  private final LoginAttempts attempts;
  private @Nullable String user;

  LoginExchange(Users users, LoginAttempts attempts) {
    this.users = users;
    this.attempts = attempts;
  }

  @Override
  public String mechanism() {
    return NAME;
  }

  @Override
  public SaslStep.Challenge first() {
    return new SaslStep.Challenge(USERNAME);
  }

  @Override
  public SaslStep next(Bytes response) {
    Optional<String> text = Utf8.decode(response.toArray());
    String name = user;
    if (text.isEmpty()) {
      return new SaslStep.Refused("malformed response", name == null ? "" : name);
    }
    if (name == null) {
      user = text.get();
      return new SaslStep.Challenge(PASSWORD);
    }
    return PasswordLogin.check(NAME, users, attempts, name, text.get());
  }
}
