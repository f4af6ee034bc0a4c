package org.miltergate.milter.wire;

import java.util.Locale;
import java.util.Objects;

/**
 * Says that bytes are no packet of the milter protocol: what was found, and what was wanted.
 *
 * <p>The only way in which a decoder refuses input, whatever the bytes. The message holds lengths,
 * field names and letters, never the content of a field.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong with the bytes. */
  public enum Kind {
    /** The length is 0, or cannot be one: four printable characters, so no milter speaks. */
    BAD_LENGTH,
    /** The length is above the decoder's limit. */
    TOO_LONG,
    /** The stream ended inside a packet. */
    EOF_IN_PACKET,
    /** The letter stands for no packet in this direction. */
    UNKNOWN_CODE,
    /** The payload ends before a number or letter that it has to hold. */
    SHORT_PAYLOAD,
    /** The payload ends before a text, or before the NUL of a text. */
    MISSING_NUL,
    /** A macro has a name and no value. */
    ODD_STRINGS,
    /** The payload goes on behind the last field. */
    TRAILING_BYTES,
    /** A body packet, MTA to milter, has no body. */
    EMPTY_BODY,
    /** The family of the client's address is none of U, L, 4 and 6. */
    BAD_FAMILY,
    /** A reply code is not a number of 400 to 599. */
    BAD_CODE,
    /** A line of a reply text is not a code, a hyphen (a blank in the last line) and text. */
    BAD_LINE,
    /** The lines of a reply text have different codes. */
    MIXED_CODES,
    /** The enhanced status code in a reply text is of another class than the reply code. */
    CLASS_MISMATCH;

    /** Returns the name in lower case with hyphens: {@code missing-nul}. */
    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
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
