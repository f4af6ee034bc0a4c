package org.miltergate.milter.test;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.PacketText;

/**
 * Bytes as written in a script: printable ASCII unchanged, the rest as {@code \r}, {@code \n},
 * {@code \t} or {@code \xNN}, a backslash doubled. A blank at the end of a line is {@code \x20}.
 * Other characters are also accepted when reading, and stand for their UTF-8 bytes.
 */
final class ScriptText {
  private ScriptText() {}

  static String write(Bytes bytes) {
    return PacketText.escape(bytes);
  }

  static String writeWord(Bytes bytes, String alsoEscaped) {
    return PacketText.escapeWord(bytes, alsoEscaped);
  }

  /**
   * Reads what {@link #write} writes.
   *
   * @throws IllegalArgumentException if a backslash does not begin one of its escapes
   */
  static Bytes read(String text) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '\\') {
        bytes.write(in[i]);
        continue;
      }
      char escape = i + 1 < in.length ? (char) in[i + 1] : ' ';
      i++;
      switch (escape) {
        case '\\' -> bytes.write('\\');
        case 'r' -> bytes.write('\r');
        case 'n' -> bytes.write('\n');
        case 't' -> bytes.write('\t');
        case 'x' -> {
          bytes.write(hex(text, in, i + 1));
          i += 2;
        }
        default -> throw badEscape(text);
      }
    }
    return Bytes.copyOf(bytes.toByteArray());
  }

  private static int hex(String text, byte[] in, int at) {
    if (at + 2 > in.length || !HexFormat.isHexDigit(in[at]) || !HexFormat.isHexDigit(in[at + 1])) {
      throw badEscape(text);
    }
    return HexFormat.fromHexDigit(in[at]) << 4 | HexFormat.fromHexDigit(in[at + 1]);
  }

  private static IllegalArgumentException badEscape(String text) {
    return new IllegalArgumentException(
        "'" + text + "' holds a lone backslash, write \\\\, \\r, \\n, \\t or \\xNN");
  }

  /** Splits at blanks; a text of blanks only has no words. */
  static List<String> words(String text) {
    List<String> words = new ArrayList<>();
    for (String word : text.split(" ", -1)) {
      if (!word.isEmpty()) {
        words.add(word);
      }
    }
    return words;
  }

  /** Returns the first word of a line, or the whole line if there is only one. */
  static String firstWord(String line) {
    int blank = line.indexOf(' ');
    return blank < 0 ? line : line.substring(0, blank);
  }

  /** Returns the text after the first word and one blank. */
  static String behindFirstWord(String line) {
    int blank = line.indexOf(' ');
    return blank < 0 ? "" : line.substring(blank + 1);
  }
}
