package org.miltergate.milter.mail;

import java.io.IOException;
import java.util.Locale;

/** Thrown when the header block of a message, or one of its fields, is larger than allowed. */
public final class HeaderTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  /** What was too large. */
  public enum Limit {
    /** The header block is too long. */
    BLOCK,

    /** There are too many fields. */
    FIELDS,

    /** A field fits in no packet. */
    FIELD
  }

  private final Limit limit;

  private HeaderTooLargeException(Limit limit, String message) {
    super(message);
    this.limit = limit;
  }

  public Limit limit() {
    return limit;
  }

  static HeaderTooLargeException block(long maxBytes) {
    return new HeaderTooLargeException(
        Limit.BLOCK,
        String.format(Locale.ROOT, "header block is larger than the limit of %d bytes", maxBytes));
  }

  static HeaderTooLargeException count(int maxFields) {
    return new HeaderTooLargeException(
        Limit.FIELDS,
        String.format(Locale.ROOT, "header block has more than the limit of %d fields", maxFields));
  }

  static HeaderTooLargeException field() {
    return new HeaderTooLargeException(
        Limit.FIELD,
        String.format(
            Locale.ROOT,
            "a header field is longer than the limit of %d bytes",
            HeaderField.MAX_PACKET_BYTES));
  }
}
