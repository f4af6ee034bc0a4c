package org.miltergate.gateway.auth;

import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * PLAIN: {@code [authzid] NUL authcid NUL password} in one response.
 *
 * @see "RFC 4616 2"
 */
final class PlainExchange implements SaslExchange {
  private static final String NAME = "PLAIN";

  private final Users users;
  private final LoginAttempts attempts;

  PlainExchange(Users users, LoginAttempts attempts) {
    this.users = users;
    this.attempts = attempts;
  }

  @Override
  public String mechanism() {
    return NAME;
  }

  @Override
  public SaslStep.Challenge first() {
    return new SaslStep.Challenge(Bytes.EMPTY);
  }

  @Override
  public SaslStep next(Bytes response) {
    Optional<String> text = Utf8.decode(response.toArray());
    String[] parts = text.map(t -> t.split("\0", -1)).orElse(new String[0]);
    if (parts.length != 3) {
      return new SaslStep.Refused("malformed response", "");
    }
    SaslStep step = PasswordLogin.check(NAME, users, attempts, parts[1], parts[2]);
    return step instanceof SaslStep.Done(Login login) ? authorize(login, parts[0]) : step;
  }

  /** No user may act for another. */
  private static SaslStep authorize(Login login, String wanted) {
    boolean same =
        wanted.isEmpty()
            || SaslPrep.name(wanted).filter(login.authenticationId()::equals).isPresent();
    return same
        ? new SaslStep.Done(login)
        : new SaslStep.Refused("may not act for another user", login.authenticationId());
  }
}
