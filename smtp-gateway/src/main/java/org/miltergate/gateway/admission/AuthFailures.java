package org.miltergate.gateway.admission;

import java.net.InetAddress;
import java.util.Optional;
import org.miltergate.gateway.auth.LoginAttempts;

/**
 * Counts failed logins by client, network and user name, so that passwords cannot be tried for long
 * by reconnecting. Thread-safe.
 */
public interface AuthFailures {
  /** Returns whether too many have failed recently for another try. */
  boolean tooMany(InetAddress client);

  /** Counts an exchange that ended before anything could be checked. */
  void failed(InetAddress client);

  /**
   * Reserves a slot for one check, so that concurrent checks cannot exceed a limit.
   *
   * @return empty if there is none, even after waiting for the checks in progress
   */
  Optional<LoginAttempts.Attempt> attempt(InetAddress client, String user);
}
