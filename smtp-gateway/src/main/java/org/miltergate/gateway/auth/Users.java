package org.miltergate.gateway.auth;

import java.io.IOException;
import java.util.Optional;

/**
 * The users who may log in.
 *
 * <p>A directory that can only check passwords implements {@link #verify} and serves PLAIN and
 * LOGIN. One with hashes like those of {@link Passwords#hash(String)} is created from {@link
 * PasswordHashes} with {@link #of} and also serves SCRAM-SHA-256.
 *
 * <p>Called from many threads at once. Methods may block; the client waits for its reply meanwhile,
 * so set a time limit for requests over a network.
 */
public interface Users {
  /** No users. */
  Users NONE = (name, password) -> false;

  /**
   * Returns whether this is the password of that user. The time it takes should not reveal whether
   * there is such a user.
   *
   * @param name not empty, at most 255 bytes as UTF-8, without control characters; prepared as in
   *     RFC 4013
   * @param password as the client sent it, not empty; never to be logged or put into an exception
   * @throws IOException if it cannot be checked now; the client is asked to try again later
   */
  boolean verify(String name, String password) throws IOException;

  /** Returns the hashes of the users, without which there is no SCRAM-SHA-256. */
  default Optional<PasswordHashes> hashes() {
    return Optional.empty();
  }

  /** Creates users from their hashes; a password is checked by computing its hash. */
  static Users of(PasswordHashes hashes) {
    return new StoredUsers(hashes);
  }
}
