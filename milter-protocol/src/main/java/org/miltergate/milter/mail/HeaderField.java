package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds one header field byte for byte: name, colon, value, folds and line end.
 *
 * <p>A separator line of an mbox file ({@code From joe@example.org Mon Jan 1 ...}, also quoted with
 * {@code >}) on top of a message is a field, too: its bytes stay, and towards milters it is named
 * {@code X-Mailbox-Line}, as in "postfix src/smtpd/smtpd.c". {@code From :} with white space before
 * the colon is the field {@code From}.
 *
 * <p>Immutable and thread-safe; two are equal if their bytes are.
 */
public final class HeaderField {
  private static final Bytes MAILBOX_LINE = Bytes.ofLatin1("X-Mailbox-Line");

  private final Bytes raw;
  private final Bytes name;

  /** Index of the colon, or -1 in the separator line of an mbox file. */
  private final int colon;

  private HeaderField(Bytes raw, Bytes name, int colon) {
    this.raw = raw;
    this.name = name;
    this.colon = colon;
  }

  /**
   * Takes a field as it came.
   *
   * @param raw name, colon, value, folds and line end; the line end may be missing
   * @throws IllegalArgumentException if this is not exactly one field
   */
  public static HeaderField ofRaw(Bytes raw) {
    for (int end = raw.indexOf('\n', 0); end >= 0; end = raw.indexOf('\n', end + 1)) {
      if (end + 1 < raw.length() && !HeaderSyntax.isBlank(raw.at(end + 1))) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "line end at %d of a header field is not followed by white space",
                end));
      }
    }
    return ofParsed(raw);
  }

  /** As {@link #ofRaw}, of bytes whose lines have been looked at. */
  static HeaderField ofParsed(Bytes raw) {
    int nameEnd = HeaderSyntax.nameEnd(raw);
    if (nameEnd > 0) {
      return new HeaderField(raw, raw.slice(0, nameEnd), raw.indexOf(':', nameEnd));
    }
    if (HeaderSyntax.isMailboxLine(raw)) {
      return new HeaderField(raw, MAILBOX_LINE, -1);
    }
    throw new IllegalArgumentException(
        "header field does not begin with a name of printable ASCII and a colon");
  }

  /**
   * Builds a field from what a milter sent.
   *
   * <p>CRLF, CR and LF inside the value become CRLF, with a TAB behind if no white space follows,
   * so that a value can neither end the header nor begin another field. Line ends at the end are
   * removed, NUL is dropped.
   *
   * @param value what follows the colon, the leading blank included
   * @throws IllegalArgumentException if the name is not {@linkplain #isValidName valid}
   */
  public static HeaderField of(Bytes name, Bytes value) {
    if (!isValidName(name)) {
      throw new IllegalArgumentException(
          "header field name must be printable ASCII without colon, was '"
              + Printable.escape(name)
              + "'");
    }
    ByteArrayOutputStream raw =
        new ByteArrayOutputStream(name.length() + value.length() + ":\r\n".length());
    raw.writeBytes(name.toArray());
    raw.write(':');
    writeFolded(HeaderSyntax.withoutNul(value), raw);
    raw.write('\r');
    raw.write('\n');
    return new HeaderField(Bytes.copyOf(raw.toByteArray()), name, name.length());
  }

  private static void writeFolded(Bytes value, ByteArrayOutputStream raw) {
    int end = HeaderSyntax.endWithoutLineEnds(value);
    for (int i = 0; i < end; i++) {
      byte octet = value.at(i);
      if (octet != '\r' && octet != '\n') {
        raw.write(octet);
        continue;
      }
      if (octet == '\r' && value.at(i + 1) == '\n') {
        i++;
      }
      raw.write('\r');
      raw.write('\n');
      if (!HeaderSyntax.isBlank(value.at(i + 1))) {
        raw.write('\t');
      }
    }
  }

  /** Tells whether the name has at least one byte, and each is printable ASCII but no colon. */
  public static boolean isValidName(Bytes name) {
    for (int i = 0; i < name.length(); i++) {
      if (!HeaderSyntax.isNameByte(name.at(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Returns the field as it came, or as it is written. */
  public Bytes raw() {
    return raw;
  }

  /** Returns the name as it is spelled, without white space before the colon. */
  public Bytes name() {
    return name;
  }

  /** Compares the name without regard to case. */
  public boolean isNamed(Bytes other) {
    return name.equalsIgnoreAsciiCase(other);
  }

  /**
   * Returns the value as a milter gets it: one blank (not a TAB) behind the colon removed, folds as
   * LF, no line end at the end, no NUL; all other bytes as they are.
   */
  public Bytes milterValue() {
    Bytes value = milterValueWithLeadingSpace();
    return !value.isEmpty() && value.at(0) == ' ' ? value.slice(1) : value;
  }

  /** Returns the value as a milter gets it that negotiated {@code SMFIP_HDR_LEADSPC}. */
  public Bytes milterValueWithLeadingSpace() {
    return HeaderSyntax.milterForm(
        colon < 0 ? asField().raw.slice(MAILBOX_LINE.length() + 1) : raw.slice(colon + 1));
  }

  /**
   * Returns this field, or {@code X-Mailbox-Line: } and its bytes if it is a line of an mbox file.
   */
  HeaderField asField() {
    return colon >= 0 ? this : ofParsed(MAILBOX_LINE.concat(Bytes.ofLatin1(": ")).concat(raw));
  }

  /**
   * Returns this field, with a line end if it has none; something can be written behind it then.
   */
  HeaderField completed() {
    int length = raw.length();
    if (raw.at(length - 1) == '\n') {
      return this;
    }
    Bytes missing = Bytes.ofLatin1(raw.at(length - 1) == '\r' ? "\n" : "\r\n");
    return new HeaderField(raw.concat(missing), name, colon);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderField that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** Returns the bytes as they are, one char each; for tests. */
  @Override
  public String toString() {
    return raw.toString();
  }
}
