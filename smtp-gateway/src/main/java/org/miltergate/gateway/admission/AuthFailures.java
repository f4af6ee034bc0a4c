package org.miltergate.gateway.admission;

import java.net.InetAddress;
import java.util.Optional;
import org.miltergate.gateway.auth.LoginAttempts;

/**
 * Counts logins that failed, by client, network and user name, so that nobody can try passwords for
 * long by connecting again. Thread-safe.
 */
public interface AuthFailures {
  /** Returns whether so many failed of late that no further one is to be tried. */
  boolean tooMany(InetAddress client);

  /** Counts an exchange that ended before anything could be checked. */
  void failed(InetAddress client);

  /**
   * Takes a place for one check, so that checks at the same time cannot exceed a limit.
   *
   * @return empty if there is none, also after waiting for those that are being decided
   */
  Optional<LoginAttempts.Attempt> attempt(InetAddress client, String user);
}
