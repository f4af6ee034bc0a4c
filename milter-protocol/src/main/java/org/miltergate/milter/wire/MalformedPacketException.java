package org.miltergate.milter.wire;

import java.util.Objects;

/**
 * Says that bytes are no packet of the milter protocol: what was found, and what was wanted.
 *
 * <p>The only way in which a decoder refuses input, whatever the bytes.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong. */
  public enum Kind {
    BAD_LENGTH,
    TOO_LONG,
    EOF_IN_PACKET,
    UNKNOWN_CODE,
    SHORT_PAYLOAD,
    MISSING_NUL,
    ODD_STRINGS,
    TRAILING_BYTES,
    EMPTY_BODY
  }

  private final Kind kind;

  public MalformedPacketException(Kind kind, String message) {
    super(message);
    this.kind = Objects.requireNonNull(kind, "kind");
  }

  public Kind kind() {
    return kind;
  }
}
