package org.miltergate.gateway.auth;

import com.ongres.scram.common.StringPreparation;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Prepares names and passwords for comparison, as in RFC 4013. */
final class SaslPrep {
  static final int MAX_NAME_BYTES = 255;

  private SaslPrep() {}

  /**
   * Returns the prepared text.
   *
   * @throws IllegalArgumentException if the text is empty before or after preparation, or contains
   *     forbidden characters; the message does not contain the text
   */
  static String prepare(String text) {
    String prepared = text;
    try {
      if (!text.isEmpty()) {
        prepared = new String(StringPreparation.SASL_PREPARATION.normalize(text.toCharArray()));
      }
    } catch (RuntimeException e) {
      throw new IllegalArgumentException("holds characters that RFC 4013 forbids");
    }
    if (prepared.isEmpty()) {
      throw new IllegalArgumentException("is empty");
    }
    return prepared;
  }

  /** Returns the prepared name, or empty if no user can have it. */
  static Optional<String> name(String text) {
    if (text.isEmpty() || text.getBytes(StandardCharsets.UTF_8).length > MAX_NAME_BYTES) {
      return Optional.empty();
    }
    try {
      return Optional.of(prepare(text));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
