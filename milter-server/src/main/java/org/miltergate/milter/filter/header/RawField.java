package org.miltergate.milter.filter.header;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.text.PrintableText;

/**
 * A header field as it stands in a packet: a name, and everything after the colon, with LF for each
 * fold.
 *
 * <p>What came from an MTA is kept as it is, even a name that is not valid. {@link #of} makes
 * fields that are safe to send.
 *
 * @param value begins with the blank after the colon, if there is one; without a line end at its
 *     end
 */
public record RawField(Bytes name, Bytes value) {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  public RawField {
    Objects.requireNonNull(name, "name");
    Objects.requireNonNull(value, "value");
  }

  /**
   * Makes a field that can neither end the header nor begin another field.
   *
   * <p>CRLF, CR and LF inside the value become LF, with a TAB after them if no white space follows;
   * NULs and line ends at the end are removed; a blank is put before the value if there is none.
   *
   * @throws IllegalArgumentException if the name is not printable ASCII without a colon, or the
   *     field is longer than {@value HeaderField#MAX_PACKET_BYTES} bytes
   */
  public static RawField of(Bytes name, Bytes value) {
    boolean blank = !value.isEmpty() && (value.at(0) == ' ' || value.at(0) == '\t');
    HeaderField checked = HeaderField.of(name, blank ? value : BLANK.concat(value));
    return new RawField(checked.name(), checked.milterValueWithLeadingSpace());
  }

  /** Returns whether the field has this name; case does not matter. */
  public boolean isNamed(Bytes other) {
    return name.equalsIgnoreAsciiCase(other);
  }

  /** Returns the value without the one blank after the colon, as most milters know it. */
  public Bytes valueWithoutLeadingSpace() {
    return value.startsWith(BLANK) ? value.slice(1) : value;
  }

  /** Returns the field with a CRLF at each fold and at its end, as it stands in a message. */
  public Bytes toBytes() {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(name.length() + value.length() + ":\r\n".length());
    out.writeBytes(name.toArray());
    out.write(':');
    for (int i = 0; i < value.length(); i++) {
      if (value.at(i) == '\n') {
        out.write('\r');
      }
      out.write(value.at(i));
    }
    out.write('\r');
    out.write('\n');
    return Bytes.copyOf(out.toByteArray());
  }

  /** Returns a key that is equal for names that differ only in case. */
  String key() {
    return name.toString().toLowerCase(Locale.ROOT);
  }

  /** Returns the field in one line, with escapes. */
  @Override
  public String toString() {
    return PrintableText.escape(name.toArray()) + ":" + PrintableText.escape(value.toArray());
  }
}
