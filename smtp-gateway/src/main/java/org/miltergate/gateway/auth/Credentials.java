package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * Finds what is stored of a user. Called from many threads at once.
 *
 * @see Users#of
 */
public interface Credentials {
  /**
   * Returns what is stored of that user, or nothing if there is no such user.
   *
   * @param name prepared as RFC 4013 has it
   * @throws IOException if it cannot be told now
   */
  Optional<Credential> find(String name) throws IOException;

  /**
   * Returns a credential whose iterations and length of salt those of an unknown user should look
   * like, so that SCRAM does not tell who exists.
   *
   * @param choice of one if there are several kinds, not negative; the same for the same name
   */
  default Credential model(int choice) {
    return Credential.MODEL;
  }
}
