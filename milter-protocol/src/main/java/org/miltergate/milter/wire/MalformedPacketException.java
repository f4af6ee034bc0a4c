package org.miltergate.milter.wire;

import java.util.Locale;
import java.util.Objects;

/**
 * Thrown when bytes are not a packet of the milter protocol; the message says what was found and
 * what was expected.
 *
 * <p>Decoders throw nothing else, whatever the bytes. The message contains lengths, field names and
 * letters, never the content of a field.
 */
public final class MalformedPacketException extends Exception {
  private static final long serialVersionUID = 1;

  /** What is wrong with the bytes. */
  public enum Kind {
    /**
     * The length is 0, or is four printable characters, so the peer does not speak the milter
     * protocol.
     */
    BAD_LENGTH,
    /** The length is above the decoder's limit. */
    TOO_LONG,
    /** The stream ended inside a packet. */
    EOF_IN_PACKET,
    /** There is no packet with this letter in this direction. */
    UNKNOWN_CODE,
    /** The payload ends before a required number or letter. */
    SHORT_PAYLOAD,
    /** The payload ends before a text, or before the NUL of a text. */
    MISSING_NUL,
    /** A macro has a name but no value. */
    ODD_STRINGS,
    /** The payload continues after the last field. */
    TRAILING_BYTES,
    /** A body packet from MTA to milter is empty. */
    EMPTY_BODY,
    /** The family of the client's address is not U, L, 4 or 6. */
    BAD_FAMILY,
    /** A reply code is not a number from 400 to 599. */
    BAD_CODE,
    /** A line of a reply text is not a code, a hyphen (a blank in the last line) and text. */
    BAD_LINE,
    /** The lines of a reply text have different codes. */
    MIXED_CODES,
    /** The enhanced status code in a reply text is of another class than the reply code. */
    CLASS_MISMATCH;

    /** Returns the name in lower case with hyphens, such as {@code missing-nul}. */
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
