package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * Holds one header field, with name, colon, value, folds and line end, in the normal form that
 * milters and the next hop read alike.
 *
 * <p>All bytes of a field are kept except those that both would read differently, which are
 * repaired as in Postfix ("postfix src/cleanup/cleanup_message.c"): blanks before the colon are
 * left out, a line is cut at a NUL, a CR that ends no line becomes a blank, a missing line end is
 * added, and the separator line of an mbox file ({@code From joe@example.org Mon Jan 1 ...}, or
 * quoted with {@code >}) becomes a field {@code X-Mailbox-Line}. {@code From :} with white space
 * before the colon is the field {@code From}.
 *
 * <p>A field fits in the smallest packet that a milter may have agreed on, see {@link
 * #MAX_PACKET_BYTES}: no milter ever sees part of a field.
 *
 * <p>Immutable and thread-safe; two are equal if their bytes are.
 */
public final class HeaderField {
  /** Limit for name and value, with folds as LF, and a NUL after each. */
  public static final int MAX_PACKET_BYTES = 65535;

  private static final int NULS = 2;
  private static final Bytes MAILBOX_LINE = Bytes.ofLatin1("X-Mailbox-Line: ");

  private final Bytes raw;
  private final int colon;

  private HeaderField(Bytes raw) {
    this.raw = raw;
    this.colon = raw.indexOf(':', 0);
  }

  /**
   * Converts a field as received to normal form.
   *
   * @param raw name, colon, value, folds and line end; the line end may be missing
   * @throws IllegalArgumentException if this is not exactly one field, or it is too long
   */
  public static HeaderField ofRaw(Bytes raw) {
    ByteArrayOutputStream normal = new ByteArrayOutputStream(raw.length() + MAILBOX_LINE.length());
    int start = 0;
    while (start < raw.length() || start == 0) {
      int feed = raw.indexOf('\n', start);
      Bytes line = raw.slice(start, feed < 0 ? raw.length() : feed + 1);
      if (start == 0) {
        writeFirstLine(line, normal);
      } else if (HeaderSyntax.isContinuation(line) && HeaderSyntax.endWithoutLineEnds(line) > 0) {
        HeaderSyntax.writeNormalLine(line, 0, normal);
      } else {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "line end at %d of a header field is not followed by white space",
                start - 1));
      }
      start += line.length();
    }
    return fitting(new HeaderField(Bytes.copyOf(normal.toByteArray())));
  }

  private static void writeFirstLine(Bytes line, ByteArrayOutputStream normal) {
    int nameEnd = HeaderSyntax.nameEnd(line);
    if (nameEnd == 0 && !HeaderSyntax.isMailboxLine(line)) {
      throw new IllegalArgumentException(
          "header field does not begin with a name of printable ASCII and a colon");
    }
    if (nameEnd == 0) {
      normal.writeBytes(MAILBOX_LINE.toArray());
    }
    HeaderSyntax.writeNormalLine(line, nameEnd, normal);
  }

  /** Takes a field that is in normal form. */
  static HeaderField ofNormal(Bytes raw) {
    return new HeaderField(raw);
  }

  /**
   * Builds a field from a milter's name and value.
   *
   * <p>CRLF, CR and LF inside the value become CRLF, with a TAB after them if no white space
   * follows, so that a value can neither end the header nor begin another field. Trailing line ends
   * and NULs are removed.
   *
   * @param value what follows the colon, including the leading blank
   * @throws IllegalArgumentException if there {@linkplain #problem cannot be such a field}
   */
  public static HeaderField of(Bytes name, Bytes value) {
    requireValidName(name);
    return fitting(build(name, value));
  }

  /** Returns why a milter's name and value cannot form a field, or empty if they can. */
  public static Optional<String> problem(Bytes name, Bytes value) {
    if (!isValidName(name)) {
      return Optional.of("has a name that is not printable ASCII without a colon");
    }
    boolean surelyFits = name.length() + 2L * value.length() + NULS <= MAX_PACKET_BYTES;
    return surelyFits || build(name, value).packetBytes() <= MAX_PACKET_BYTES
        ? Optional.empty()
        : Optional.of(String.format(Locale.ROOT, "is longer than %d bytes", MAX_PACKET_BYTES));
  }

  private static void requireValidName(Bytes name) {
    if (!isValidName(name)) {
      throw new IllegalArgumentException(
          "header field name must be printable ASCII without colon, was '"
              + PrintableText.escape(name.toArray())
              + "'");
    }
  }

  private static HeaderField build(Bytes name, Bytes value) {
    ByteArrayOutputStream raw =
        new ByteArrayOutputStream(name.length() + value.length() + ":\r\n".length());
    raw.writeBytes(name.toArray());
    raw.write(':');
    writeFolded(HeaderSyntax.withoutNul(value), raw);
    raw.write('\r');
    raw.write('\n');
    return new HeaderField(Bytes.copyOf(raw.toByteArray()));
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

  private static HeaderField fitting(HeaderField field) {
    if (field.packetBytes() > MAX_PACKET_BYTES) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "header field is longer than %d bytes", MAX_PACKET_BYTES));
    }
    return field;
  }

  /** Returns the size in bytes of name and value in a packet, with their NULs. */
  int packetBytes() {
    int bytes = raw.length() - 1 - HeaderSyntax.lineEnd(raw).length() + NULS;
    if (bytes > MAX_PACKET_BYTES) {
      return colon + milterValueWithLeadingSpace().length() + NULS; // folds count one byte less
    }
    return bytes;
  }

  /**
   * Returns whether the name has at least one byte, and all are printable ASCII except the colon.
   */
  public static boolean isValidName(Bytes name) {
    for (int i = 0; i < name.length(); i++) {
      if (!HeaderSyntax.isNameByte(name.at(i))) {
        return false;
      }
    }
    return !name.isEmpty();
  }

  /** Returns the field as it is written, with its line end. */
  public Bytes raw() {
    return raw;
  }

  /** Returns the name as spelled in the message. */
  public Bytes name() {
    return raw.slice(0, colon);
  }

  /** Compares the name without regard to case. */
  public boolean isNamed(Bytes other) {
    return colon == other.length() && name().equalsIgnoreAsciiCase(other);
  }

  /**
   * Returns the value as a milter gets it: one blank (not a TAB) after the colon removed, folds as
   * LF, no line end at the end; all other bytes unchanged.
   */
  public Bytes milterValue() {
    Bytes value = milterValueWithLeadingSpace();
    return !value.isEmpty() && value.at(0) == ' ' ? value.slice(1) : value;
  }

  /**
   * Returns the value for a milter that negotiated {@code SMFIP_HDR_LEADSPC}: with the leading
   * blank.
   */
  public Bytes milterValueWithLeadingSpace() {
    return HeaderSyntax.milterForm(raw.slice(colon + 1));
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof HeaderField that && raw.equals(that.raw);
  }

  @Override
  public int hashCode() {
    return raw.hashCode();
  }

  /** Returns one char per byte; for tests. */
  @Override
  public String toString() {
    return raw.toString();
  }
}
