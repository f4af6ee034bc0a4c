package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

/**
 * Looks up the hashes of users' passwords. Called from many threads at once; may block.
 *
 * @see Users#of
 */
public interface PasswordHashes {
  /**
   * Returns the hash of a user's password, or empty if there is no such user.
   *
   * @param name prepared as in RFC 4013
   * @throws IOException if it cannot be looked up now
   */
  Optional<PasswordHash> find(String name) throws IOException;

  /**
   * Returns a hash with the iterations and salt length to use for an unknown user, so that SCRAM
   * does not reveal who exists. By default that of {@link Passwords#hash(String)}.
   *
   * @param choice selects one if there are several kinds; not negative, and the same for the same
   *     name
   */
  default PasswordHash model(int choice) {
    return Passwords.MODEL;
  }

  /**
   * Returns a secret from which the salts of unknown users are derived. If it changes, a changing
   * salt reveals an unknown user; by default it lasts as long as the process.
   */
  default Bytes decoySecret() {
    return StoredUsers.SECRET_OF_THE_PROCESS;
  }
}
