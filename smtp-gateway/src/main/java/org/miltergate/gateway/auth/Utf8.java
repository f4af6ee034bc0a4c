package org.miltergate.gateway.auth;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/** Reads UTF-8 strictly. */
final class Utf8 {
  private Utf8() {}

  /** Returns the text, or nothing if the bytes are none. */
  static Optional<String> decode(Bytes bytes) {
    try {
      return Optional.of(StandardCharsets.UTF_8.newDecoder().decode(bytes.toBuffer()).toString());
    } catch (CharacterCodingException e) {
      return Optional.empty();
    }
  }
}
