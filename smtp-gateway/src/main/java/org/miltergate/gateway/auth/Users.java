package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * Those who may log in.
 *
 * <p>A directory that can only say whether a password is right implements {@link #verify} and
 * serves PLAIN and LOGIN. One that has hashes such as {@link Passwords#hash(String)} makes is made
 * of {@link PasswordHashes} by {@link #of} and serves SCRAM-SHA-256 too.
 *
 * <p>Called from many threads at once, which may block here; the client waits for its reply until
 * then, so set a time limit to what is asked over a network.
 */
public interface Users {
  /** Nobody may log in. */
  Users NONE = (name, password) -> false;

  /**
   * Tells whether this is the password of that user. What it takes should not tell whether there is
   * such a user.
   *
   * @param name not empty, at most 255 bytes as UTF-8, without control characters; prepared as RFC
   *     4013 has it
   * @param password as the client sent it, not empty; never to be logged or put into an exception
   * @throws IOException if it cannot be told now; the client is asked to try again later
   */
  boolean verify(String name, String password) throws IOException;

  /** Returns the hashes of the users, without which there is no SCRAM-SHA-256. */
  default Optional<PasswordHashes> hashes() {
    return Optional.empty();
  }

  /** Makes users of their hashes; a password is checked by computing its hash. */
  static Users of(PasswordHashes hashes) {
    return new StoredUsers(hashes);
  }
}
