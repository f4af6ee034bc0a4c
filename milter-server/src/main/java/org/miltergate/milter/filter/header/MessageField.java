package org.miltergate.milter.filter.header;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * One field of a {@link MessageHeader}, which can be changed in place.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class MessageField {
  private RawField raw;

  MessageField(RawField raw) {
    this.raw = Objects.requireNonNull(raw, "raw");
  }

  /** Returns the name as spelled in the message. */
  public String name() {
    return raw.name().toString();
  }

  /** Returns whether the field has this name; case does not matter. */
  public boolean isNamed(String name) {
    return name().equalsIgnoreCase(name);
  }

  /** Returns the value as people read it: in one line, with encoded words decoded (RFC 2047). */
  public String text() {
    return FieldText.decoded(raw.value());
  }

  /**
   * Returns the value in one line, without white space around it; encoded words stay as they are.
   * Bytes that are not UTF-8 become the characters of Latin-1.
   */
  public String value() {
    return FieldText.unfolded(raw.value());
  }

  /** Returns name and value exactly as the MTA sent them. */
  public RawField raw() {
    return raw;
  }

  /**
   * Sets the value to a text: it is encoded if it is not ASCII (RFC 2047) and folded at 78 columns.
   * Line ends and control characters become blanks.
   *
   * @throws IllegalArgumentException if the field would be longer than 65535 bytes
   */
  public void setText(String text) {
    setValue(FieldText.encoded(raw.name(), text));
  }

  /**
   * Sets the value as it is to be sent, with folds as LF or CRLF; see {@link RawField#of}.
   *
   * @throws IllegalArgumentException if the field would be longer than 65535 bytes
   */
  public void setValue(Bytes value) {
    raw = RawField.of(raw.name(), value);
  }

  /**
   * Gives the field another name; value and place stay.
   *
   * @throws IllegalArgumentException if the name is not printable ASCII without a colon
   */
  public void rename(String name) {
    raw = RawField.of(Bytes.ofUtf8(name), raw.value());
  }

  /** Returns the field in one line, with escapes. */
  @Override
  public String toString() {
    return raw.toString();
  }
}
