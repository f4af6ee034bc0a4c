package org.miltergate.milter.dsn;

import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * Whom a sender meant, before anybody forwarded the message to the current recipient.
 *
 * @param type of the address, {@code rfc822} or {@code utf-8} as a rule; in small letters or not,
 *     as written
 * @param address decoded, without control characters; UTF-8 if the type is {@code utf-8}
 * @see "RFC 3461, section 4.2; RFC 6533, section 3"
 */
public record OriginalRecipient(String type, Bytes address) {
  private static final int MAX_BYTES = 500;
  private static final Pattern TYPE = Pattern.compile("[!#-'*+./0-9=?A-Z^-~-]+");
  private static final Pattern EMBEDDED = Pattern.compile("\\\\x\\{([0-9A-Fa-f]{1,6})}");

  /**
   * Reads the value of ORCPT.
   *
   * @return empty if it is wrong, or above {@value #MAX_BYTES} bytes
   */
  public static Optional<OriginalRecipient> parse(Bytes value) {
    int semicolon = value.indexOf(';', 0);
    if (semicolon < 0 || value.length() > MAX_BYTES) {
      return Optional.empty();
    }
    String type = value.slice(0, semicolon).toString();
    Bytes coded = value.slice(semicolon + 1);
    if (!TYPE.matcher(type).matches()) {
      return Optional.empty();
    }
    return (isUtf8(type) ? decodeUtf8(coded) : Xtext.decode(coded))
        .filter(address -> !address.isEmpty() && !Xtext.holdsControl(address))
        .map(address -> new OriginalRecipient(type, address));
  }

  private static boolean isUtf8(String type) {
    return type.equalsIgnoreCase("utf-8");
  }

  /** Returns type and address as an argument holds them, in ASCII. */
  public Bytes encoded() {
    Bytes coded = isUtf8(type) ? encodeUtf8() : Xtext.encode(address);
    return Bytes.ofLatin1(type + ";").concat(coded);
  }

  /** Decodes {@code utf-8-addr-xtext} and {@code utf-8-addr-unitext}. */
  private static Optional<Bytes> decodeUtf8(Bytes coded) {
    return Utf8.decode(coded.toArray()).flatMap(OriginalRecipient::decodeEmbedded);
  }

  private static Optional<Bytes> decodeEmbedded(String text) {
    Matcher embedded = EMBEDDED.matcher(text);
    StringBuilder decoded = new StringBuilder();
    int at = 0;
    while (embedded.find()) {
      int point = Integer.parseInt(embedded.group(1), 16);
      if (!Character.isValidCodePoint(point) || isSurrogate(point)) {
        return Optional.empty();
      }
      decoded.append(text, at, embedded.start()).appendCodePoint(point);
      at = embedded.end();
    }
    boolean stray = text.replaceAll(EMBEDDED.pattern(), "").indexOf('\\') >= 0;
    return stray
        ? Optional.empty()
        : Optional.of(Bytes.ofUtf8(decoded.append(text.substring(at)).toString()));
  }

  private static boolean isSurrogate(int point) {
    return point >= Character.MIN_SURROGATE && point <= Character.MAX_SURROGATE;
  }

  private Bytes encodeUtf8() {
    StringBuilder coded = new StringBuilder();
    address
        .toUtf8String()
        .codePoints()
        .forEach(point -> {
          boolean plain = point > ' ' && point < 0x7f && "+\\=".indexOf(point) < 0;
          if (plain) {
            coded.appendCodePoint(point);
          } else {
            coded.append(String.format(Locale.ROOT, "\\x{%02X}", point));
          }
        });
    return Bytes.ofLatin1(coded.toString());
  }
}
