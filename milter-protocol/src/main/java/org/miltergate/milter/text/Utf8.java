package org.miltergate.milter.text;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Optional;

/** Reads UTF-8 strictly (RFC 3629): what is malformed is refused, never replaced. */
public final class Utf8 {
  private Utf8() {}

  /**
   * The text that bytes begin with.
   *
   * @param text as far as it is well-formed
   * @param bytes how many bytes that is; less than there are if what follows is malformed
   */
  public record Prefix(String text, int bytes) {}

  /** Returns the text, or empty if the bytes are not UTF-8. */
  public static Optional<String> decode(byte[] bytes) {
    Prefix prefix = prefix(bytes);
    return prefix.bytes() == bytes.length ? Optional.of(prefix.text()) : Optional.empty();
  }

  /** Returns whether the bytes are UTF-8. */
  public static boolean isValid(byte[] bytes) {
    return prefix(bytes).bytes() == bytes.length;
  }

  /** Returns the text up to the first malformed sequence. */
  public static Prefix prefix(byte[] bytes) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    CharBuffer out = CharBuffer.allocate(bytes.length);
    // A new decoder reports errors, which end the decoding.
    StandardCharsets.UTF_8.newDecoder().decode(in, out, true);
    return new Prefix(out.flip().toString(), in.position());
  }
}
