package org.miltergate.gateway.auth;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.config.auth.AuthMechanism;

/**
 * The mechanisms by which users can log in. Immutable and thread-safe.
 *
 * <p>SCRAM-SHA-256 is one of them only if there are hashes of the passwords.
 */
public final class SaslServer {
  /** A server without mechanisms or users. */
  public static final SaslServer NONE = new SaslServer(Users.NONE, List.of());

  private final Users users;
  private final List<AuthMechanism> mechanisms;

  /**
   * @param mechanisms the mechanisms to offer, in this order
   */
  public SaslServer(Users users, List<AuthMechanism> mechanisms) {
    this.users = users;
    this.mechanisms =
        mechanisms.stream()
            .filter(m -> m != AuthMechanism.SCRAM_SHA_256 || users.hashes().isPresent())
            .toList();
  }

  /** Returns the names of the mechanisms; empty if nobody can log in. */
  public List<String> mechanisms() {
    return mechanisms.stream().map(AuthMechanism::text).toList();
  }

  /** Begins an exchange with unlimited checks. */
  public Optional<SaslExchange> begin(String mechanism) {
    return begin(mechanism, LoginAttempts.UNLIMITED);
  }

  /**
   * Begins an exchange.
   *
   * @param mechanism in upper or lower case
   * @param attempts asked before a password or proof is checked
   * @return empty if there is no such mechanism
   */
  public Optional<SaslExchange> begin(String mechanism, LoginAttempts attempts) {
    String wanted = mechanism.toUpperCase(Locale.ROOT);
    return mechanisms.stream()
        .filter(m -> m.text().equals(wanted))
        .findFirst()
        .map(m -> exchange(m, attempts));
  }

  private SaslExchange exchange(AuthMechanism mechanism, LoginAttempts attempts) {
    return switch (mechanism) {
      case PLAIN -> new PlainExchange(users, attempts);
      case LOGIN -> new LoginExchange(users, attempts);
      case SCRAM_SHA_256 -> new ScramExchange(users.hashes().orElseThrow(), attempts);
    };
  }
}
