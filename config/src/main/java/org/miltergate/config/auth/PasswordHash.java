package org.miltergate.config.auth;

import java.util.Base64;
import java.util.Locale;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.config.text.Secret;
import org.miltergate.milter.bytes.Bytes;

/**
 * The stored form of a password: enough to check it and for logins with SCRAM-SHA-256, but not the
 * password itself (RFC 5803).
 *
 * <p>Immutable and thread-safe.
 *
 * @param iterations of PBKDF2, 4,096 (RFC 7677, section 4) to 1,000,000
 * @param salt 8 to 256 bytes
 * @param storedKey 32 bytes
 * @param serverKey 32 bytes
 */
public record PasswordHash(int iterations, Bytes salt, Bytes storedKey, Bytes serverKey) {
  private static final Pattern FORM =
      Pattern.compile(
          "SCRAM-SHA-256\\$([0-9]{1,8}):([A-Za-z0-9+/=]+)\\$([A-Za-z0-9+/=]+):([A-Za-z0-9+/=]+)");

  private static final int MAX_CHARS = 1024;
  private static final int MIN_ITERATIONS = 4096;
  private static final int MAX_ITERATIONS = 1_000_000;
  private static final int MIN_SALT_BYTES = 8;
  private static final int MAX_SALT_BYTES = 256;
  private static final int KEY_BYTES = 32;

  public PasswordHash {
    Objects.requireNonNull(salt, "salt");
    if (iterations < MIN_ITERATIONS || iterations > MAX_ITERATIONS) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "hash has %d iterations; %d to %d are allowed",
              iterations,
              MIN_ITERATIONS,
              MAX_ITERATIONS));
    }
    if (salt.length() < MIN_SALT_BYTES || salt.length() > MAX_SALT_BYTES) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "hash has a salt of %d bytes; %d to %d are allowed",
              salt.length(),
              MIN_SALT_BYTES,
              MAX_SALT_BYTES));
    }
    if (storedKey.length() != KEY_BYTES || serverKey.length() != KEY_BYTES) {
      throw new IllegalArgumentException("hash has keys of another length than " + KEY_BYTES);
    }
  }

  /**
   * Reads {@code SCRAM-SHA-256$iterations:salt$storedKey:serverKey}, the last three in base64.
   *
   * @throws IllegalArgumentException if the text is not such a hash; the message does not contain
   *     it
   */
  public static PasswordHash parse(String text) {
    Matcher form = FORM.matcher(text);
    if (text.length() > MAX_CHARS || !form.matches()) {
      throw malformed();
    }
    return new PasswordHash(
        Integer.parseInt(form.group(1)),
        decode(form.group(2)),
        decode(form.group(3)),
        decode(form.group(4)));
  }

  private static Bytes decode(String base64) {
    try {
      return Bytes.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      throw malformed(); // the decoder's message would add nothing
    }
  }

  private static IllegalArgumentException malformed() {
    return new IllegalArgumentException(
        "text is not a password hash; write what 'miltergate password' prints:"
            + " SCRAM-SHA-256$iterations:salt$stored:server");
  }

  /** Writes what {@link #parse} reads. */
  public String text() {
    Base64.Encoder base64 = Base64.getEncoder();
    return String.format(
        Locale.ROOT,
        "SCRAM-SHA-256$%d:%s$%s:%s",
        iterations,
        base64.encodeToString(salt.toArray()),
        base64.encodeToString(storedKey.toArray()),
        base64.encodeToString(serverKey.toArray()));
  }

  /** Hides all of it: with the hash, passwords can be tried unnoticed. */
  @Override
  public String toString() {
    return Secret.HIDDEN;
  }
}
