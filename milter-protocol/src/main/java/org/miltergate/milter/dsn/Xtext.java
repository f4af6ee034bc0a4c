package org.miltergate.milter.dsn;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/**
 * The encoding of values in ESMTP arguments: printable ASCII, everything else as {@code +} and two
 * hexadecimal digits.
 *
 * @see "RFC 3461, section 4"
 */
public final class Xtext {
  private static final int HEX = 16;

  private Xtext() {}

  /** Encodes any bytes; the result is printable ASCII without blanks. */
  public static Bytes encode(Bytes text) {
    StringBuilder encoded = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      int value = text.at(i) & 0xff;
      if (isPlain(value) && value != '+' && value != '=') {
        encoded.append((char) value);
      } else {
        encoded.append(String.format(Locale.ROOT, "+%02X", value));
      }
    }
    return Bytes.ofLatin1(encoded.toString());
  }

  /**
   * Decodes; as lenient as Postfix with digits in lower case and with {@code =}.
   *
   * @return empty if there are characters other than printable ASCII, or a {@code +} without its
   *     digits
   */
  public static Optional<Bytes> decode(Bytes encoded) {
    ByteArrayOutputStream text = new ByteArrayOutputStream(encoded.length());
    for (int i = 0; i < encoded.length(); i++) {
      int value = encoded.at(i);
      if (!isPlain(value)) {
        return Optional.empty();
      }
      if (value == '+') {
        int code = i + 2 < encoded.length() ? code(encoded, i + 1) : -1;
        if (code < 0) {
          return Optional.empty();
        }
        text.write(code);
        i += 2;
      } else {
        text.write(value);
      }
    }
    return Optional.of(Bytes.copyOf(text.toByteArray()));
  }

  private static int code(Bytes encoded, int at) {
    int high = Character.digit(encoded.at(at), HEX);
    int low = Character.digit(encoded.at(at + 1), HEX);
    return high < 0 || low < 0 ? -1 : HEX * high + low;
  }

  private static boolean isPlain(int value) {
    return value > ' ' && value < 0x7f;
  }

  /** Returns whether there is a control character, which has no place in a header field or log. */
  static boolean holdsControl(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) >= 0 && text.at(i) < ' ' || text.at(i) == 0x7f) {
        return true;
      }
    }
    return false;
  }

  /** Returns what follows {@code KEYWORD=}; empty if it is another argument. */
  public static Optional<Bytes> valueOf(Bytes argument, String keyword) {
    int equals = argument.indexOf('=', 0);
    return equals >= 0
            && argument.slice(0, equals).toString().toUpperCase(Locale.ROOT).equals(keyword)
        ? Optional.of(argument.slice(equals + 1))
        : Optional.empty();
  }
}
