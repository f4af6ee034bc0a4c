package org.miltergate.gateway.auth;

import java.util.Optional;

/** Decides whether a password or proof may be checked, and records the result. */
@FunctionalInterface
public interface LoginAttempts {
  /** Allows every check. */
  LoginAttempts UNLIMITED =
      user ->
          Optional.of(
              new Attempt() {
                @Override
                public void close() {
                  // nothing is counted
                }
              });

  /** One check. Until it is closed, it counts as a possible failure. */
  interface Attempt extends AutoCloseable {
    /** Reports that the password was right. */
    default void succeeded() {}

    /** Reports that the check had no result. */
    default void undecided() {}

    /** Ends the check, which counts as failed unless reported otherwise. */
    @Override
    void close();
  }

  /**
   * Begins a check; waits briefly for concurrent checks that could exhaust the limit.
   *
   * @param user prepared as in RFC 4013; there may be no such user
   * @return empty if too many have failed recently
   */
  Optional<Attempt> begin(String user);
}
