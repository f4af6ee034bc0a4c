package org.miltergate.gateway.auth;

import java.util.Optional;

/** Says whether a password or proof may be checked, before it is; and hears how that ended. */
@FunctionalInterface
public interface LoginAttempts {
  /** Every one may be checked. */
  LoginAttempts UNLIMITED =
      user ->
          Optional.of(
              new Attempt() {
                @Override
                public void close() {
                  // nothing is counted
                }
              });

  /** One check. Until it is closed it counts as one that may fail. */
  interface Attempt extends AutoCloseable {
    /** The password was right. */
    default void succeeded() {}

    /** It cannot be told whether it was right. */
    default void undecided() {}

    /** Ends the check, which has failed if nothing else was said. */
    @Override
    void close();
  }

  /**
   * Begins a check; waits a little for those at the same time if they could use up the limit.
   *
   * @param user prepared as RFC 4013 has it; there may be no such user
   * @return empty if too many have failed of late
   */
  Optional<Attempt> begin(String user);
}
