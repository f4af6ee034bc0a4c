package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

/**
 * Finds the hashes of users' passwords. Called from many threads at once.
 *
 * @see Users#of
 */
public interface PasswordHashes {
  /**
   * Returns the hash of that user's password, or nothing if there is no such user.
   *
   * @param name prepared as RFC 4013 has it
   * @throws IOException if it cannot be told now
   */
  Optional<PasswordHash> find(String name) throws IOException;

  /**
   * Returns a hash whose iterations and length of salt those of an unknown user are to have, so
   * that SCRAM does not tell who exists. Without another one, that of {@link
   * Passwords#hash(String)}.
   *
   * @param choice of one if there are several kinds, not negative; the same for the same name
   */
  default PasswordHash model(int choice) {
    return Passwords.MODEL;
  }

  /**
   * Returns a secret of which the salts of unknown users are made. Unless it stays the same, an
   * unknown user can be told from a known one by a salt that changes; without another one it lasts
   * as long as the process.
   */
  default Bytes decoySecret() {
    return StoredUsers.SECRET_OF_THE_PROCESS;
  }
}
