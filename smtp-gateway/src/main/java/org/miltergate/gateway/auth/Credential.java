package org.miltergate.gateway.auth;

import com.ongres.scram.common.ScramFunctions;
import com.ongres.scram.common.ScramMechanism;
import com.ongres.scram.common.StringPreparation;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;

/**
 * What is stored of a user in place of a password, as RFC 5803 writes it: {@code
 * SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey}.
 *
 * <p>It serves all mechanisms, and does not suffice to log in. Immutable.
 *
 * @param iterations of PBKDF2, {@value #MIN_ITERATIONS} to {@value #MAX_ITERATIONS}
 * @param salt {@value #MIN_SALT_BYTES} to {@value #MAX_SALT_BYTES} bytes
 * @param storedKey {@value #KEY_BYTES} bytes, by which a client's proof is checked
 * @param serverKey {@value #KEY_BYTES} bytes, by which we prove ourselves to the client
 * @see "RFC 5802 3, RFC 7677"
 */
public record Credential(int iterations, Bytes salt, Bytes storedKey, Bytes serverKey) {
  /** What RFC 7677 demands at least. */
  public static final int MIN_ITERATIONS = 4096;

  /** Beyond it a login would take seconds of a processor. */
  public static final int MAX_ITERATIONS = 1_000_000;

  /**
   * What {@link #of} takes: about 10 to 30 ms of a processor for each PLAIN or LOGIN; SCRAM leaves
   * the work to the client.
   */
  public static final int DEFAULT_ITERATIONS = 15_000;

  static final int MIN_SALT_BYTES = 8;
  static final int MAX_SALT_BYTES = 64;
  static final int KEY_BYTES = 32;

  /** Looks like those that {@link #of} makes, and fits no password. */
  static final Credential MODEL =
      new Credential(
          DEFAULT_ITERATIONS,
          Bytes.copyOf(new byte[16]),
          Bytes.copyOf(new byte[KEY_BYTES]),
          Bytes.copyOf(new byte[KEY_BYTES]));

  private static final String NAME = "SCRAM-SHA-256";
  private static final ScramMechanism MECHANISM = ScramMechanism.SCRAM_SHA_256;
  private static final int SALT_BYTES = 16;
  private static final int MAX_TEXT = 300;
  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$([1-9]\\d{0,6}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");
  private static final SecureRandom RANDOM = new SecureRandom();

  public Credential {
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException(
          "iterations must be %d to %d, was %d"
              .formatted(MIN_ITERATIONS, MAX_ITERATIONS, iterations));
    }
    if (salt.length() < MIN_SALT_BYTES || salt.length() > MAX_SALT_BYTES) {
      throw new IllegalArgumentException(
          "the salt must have %d to %d bytes, has %d"
              .formatted(MIN_SALT_BYTES, MAX_SALT_BYTES, salt.length()));
    }
    if (storedKey.length() != KEY_BYTES || serverKey.length() != KEY_BYTES) {
      throw new IllegalArgumentException("both keys must have %d bytes".formatted(KEY_BYTES));
    }
  }

  /**
   * Makes the credential of a password, with a new salt and {@value #DEFAULT_ITERATIONS}
   * iterations.
   *
   * @throws IllegalArgumentException if the password is empty or holds what RFC 4013 forbids, such
   *     as control characters; the message does not hold the password
   */
  public static Credential of(String password) {
    return of(password, DEFAULT_ITERATIONS);
  }

  /** As {@link #of(String)}. */
  public static Credential of(String password, int iterations) {
    byte[] salt = new byte[SALT_BYTES];
    RANDOM.nextBytes(salt);
    return of(password, iterations, Bytes.copyOf(salt));
  }

  static Credential of(String password, int iterations, Bytes salt) {
    byte[] salted = saltedPassword(password, iterations, salt);
    byte[] storedKey =
        ScramFunctions.storedKey(MECHANISM, ScramFunctions.clientKey(MECHANISM, salted));
    byte[] serverKey = ScramFunctions.serverKey(MECHANISM, salted);
    return new Credential(iterations, salt, Bytes.copyOf(storedKey), Bytes.copyOf(serverKey));
  }

  private static byte[] saltedPassword(String password, int iterations, Bytes salt) {
    SaslPrep.prepare(password); // says what is wrong without the password
    return ScramFunctions.saltedPassword(
        MECHANISM,
        StringPreparation.SASL_PREPARATION,
        password.toCharArray(),
        salt.toArray(),
        iterations);
  }

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException if it is another; the message holds nothing of the text
   */
  public static Credential parse(String text) {
    Matcher matcher = FORM.matcher(text);
    if (text.length() > MAX_TEXT || !matcher.matches()) {
      throw new IllegalArgumentException(
          "not of the form SCRAM-SHA-256$iterations:salt$StoredKey:ServerKey");
    }
    return new Credential(
        Integer.parseInt(matcher.group(1)),
        decode(matcher.group(2)),
        decode(matcher.group(3)),
        decode(matcher.group(4)));
  }

  private static Bytes decode(String base64) {
    try {
      return Bytes.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("salt and keys must be base64");
    }
  }

  /**
   * Tells whether this is the password; takes the same time whatever the answer. Computes for
   * {@link #iterations} rounds.
   */
  boolean matches(String password) {
    Credential other;
    try {
      other = of(password, iterations, salt);
    } catch (IllegalArgumentException e) {
      return false; // no password can be stored that is refused there
    }
    return MessageDigest.isEqual(storedKey.toArray(), other.storedKey.toArray());
  }

  /** Returns the text form, which {@link #parse} reads; it is a secret. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return "%s$%d:%s$%s:%s"
        .formatted(
            NAME,
            iterations,
            base64.encodeToString(salt.toArray()),
            base64.encodeToString(storedKey.toArray()),
            base64.encodeToString(serverKey.toArray()));
  }

  /** Tells nothing that helps to guess the password. */
  @Override
  public String toString() {
    return NAME + "$" + iterations + ":...";
  }
}
