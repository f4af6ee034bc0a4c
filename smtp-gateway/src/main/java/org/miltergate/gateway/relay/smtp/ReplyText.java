package org.miltergate.gateway.relay.smtp;

import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.charset.CharsetDecoder;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * Makes the text of a next hop's reply fit to be logged, returned to senders and passed on to
 * clients: this is the only place where it comes in.
 */
final class ReplyText {
  private static final String UNKNOWN = "?";

  private ReplyText() {}

  /**
   * Returns the text with a tab as a blank, and with {@code ?} in place of every byte that is
   * neither printable ASCII nor part of a printable character in UTF-8.
   */
  static Bytes of(byte[] line, int offset, int length) {
    byte[] text = new byte[length];
    for (int i = 0; i < length; i++) {
      byte octet = line[offset + i];
      if (octet < 0) {
        return ofUtf8(line, offset, length);
      }
      text[i] = octet == '\t' ? (byte) ' ' : PrintableText.isPrintable(octet) ? octet : (byte) '?';
    }
    return Bytes.copyOf(text);
  }

  private static Bytes ofUtf8(byte[] line, int offset, int length) {
    CharsetDecoder decoder =
        StandardCharsets.UTF_8
            .newDecoder()
            .replaceWith(UNKNOWN)
            .onMalformedInput(CodingErrorAction.REPLACE)
            .onUnmappableCharacter(CodingErrorAction.REPLACE);
    CharBuffer decoded = CharBuffer.allocate(length + 1);
    decoder.decode(ByteBuffer.wrap(line, offset, length), decoded, true);
    decoder.flush(decoded);
    StringBuilder text = new StringBuilder(length);
    decoded
        .flip()
        .codePoints()
        .forEach(
            c -> text.appendCodePoint(c == '\t' ? ' ' : PrintableText.isPrintable(c) ? c : '?'));
    return Bytes.ofUtf8(text.toString());
  }
}
