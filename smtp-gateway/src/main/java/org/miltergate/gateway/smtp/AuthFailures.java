package org.miltergate.gateway.smtp;

import java.net.InetAddress;

/**
 * Counts logins that failed, by client and network, so that nobody can try passwords for long by
 * connecting again. Thread-safe.
 */
interface AuthFailures {
  /** Counts nothing. */
  AuthFailures NONE =
      new AuthFailures() {
        @Override
        public boolean tooMany(InetAddress client) {
          return false;
        }

        @Override
        public void failed(InetAddress client) {
          // nothing to count
        }
      };

  /** Tells whether so many failed of late that no further one is to be tried. */
  boolean tooMany(InetAddress client);

  void failed(InetAddress client);
}
