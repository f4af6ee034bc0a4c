package org.miltergate.gateway.auth;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.security.SecureRandom;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.milter.bytes.Bytes;

/**
 * Creates password hashes, and compares passwords with them.
 *
 * <p>One hash serves all mechanisms. Thread-safe.
 *
 * @see "RFC 5802 3, RFC 7677"
 */
public final class Passwords {
  /**
   * The iterations used by {@link #hash(String)}: 10 to 35 ms of CPU time for each PLAIN or LOGIN
   * on current machines. SCRAM leaves the work to the client. RFC 7677 requires at least 4,096.
   */
  public static final int DEFAULT_ITERATIONS = 15_000;

  static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final int SALT_BYTES = 16;
  private static final int KEY_BYTES = 32;
  private static final SecureRandom RANDOM = new SecureRandom();

  /** Looks like a result of {@link #hash(String)}, but matches no password. */
  static final PasswordHash MODEL =
      new PasswordHash(
          DEFAULT_ITERATIONS,
          Bytes.copyOf(new byte[SALT_BYTES]),
          Bytes.copyOf(new byte[KEY_BYTES]),
          Bytes.copyOf(new byte[KEY_BYTES]));

  private Passwords() {}

  /**
   * Makes the hash of a password, with a new salt and {@value #DEFAULT_ITERATIONS} iterations.
   *
   * @throws IllegalArgumentException if the password is empty or contains characters that RFC 4013
   *     forbids, such as control characters; the message does not contain the password
   */
  public static PasswordHash hash(String password) {
    return hash(password, DEFAULT_ITERATIONS);
  }

  /** As {@link #hash(String)}, with 4,096 to 1,000,000 iterations. */
  public static PasswordHash hash(String password, int iterations) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return hash(password, iterations, Bytes.copyOf(salt));
  }

  static PasswordHash hash(String password, int iterations, Bytes salt) {
    SaslPrep.prepare(password); // says what is wrong without the password
    byte[] salted =
        ScramFunctions.saltedPassword(
            MECHANISM,
            StringPreparation.SASL_PREPARATION,
            password.toCharArray(),
            salt.toArray(),
            iterations);
    byte[] clientKey = ScramFunctions.clientKey(MECHANISM, salted);
    return new PasswordHash(
        iterations,
        salt,
        Bytes.copyOf(ScramFunctions.storedKey(MECHANISM, clientKey)),
        Bytes.copyOf(ScramFunctions.serverKey(MECHANISM, salted)));
  }

  /**
   * Returns whether the hash is that of the password. The time it takes depends on the iterations
   * of the hash, not on the result.
   */
  static boolean matches(PasswordHash hash, String password) {
    PasswordHash other;
    try {
      other = hash(password, hash.iterations(), hash.salt());
    } catch (IllegalArgumentException e) {
      return false; // there is no hash of such a password
    }
    return MessageDigest.isEqual(hash.storedKey().toArray(), other.storedKey().toArray());
  }
}
