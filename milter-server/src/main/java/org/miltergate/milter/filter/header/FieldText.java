package org.miltergate.milter.filter.header;

import java.nio.charset.StandardCharsets;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/** Converts between the text that people read and the value of a header field. */
final class FieldText {
  private static final int WANTED_COLUMNS = 78;
  private static final int MAX_COLUMNS = 998;

  private FieldText() {}

  /**
   * Returns the value in one line, without white space around it, bytes that are no UTF-8 as
   * Latin-1.
   */
  static String unfolded(Bytes value) {
    byte[] bytes = value.toArray();
    String text =
        Utf8.decode(bytes).orElseGet(() -> new String(bytes, StandardCharsets.ISO_8859_1));
    return text.replace("\r", "").replace("\n", "").strip();
  }

  static String decoded(Bytes value) {
    return EncodedWords.decode(unfolded(value));
  }

  /** Returns the value for unstructured text: encoded if necessary, and folded. */
  static Bytes encoded(Bytes name, String text) {
    String line = oneLine(text);
    return EncodedWords.areNeeded(line) || longestWord(line) > MAX_COLUMNS
        ? folded(name, EncodedWords.encode(line))
        : folded(name, line);
  }

  /** Returns the text with a blank for each line end and control character. */
  static String oneLine(String text) {
    StringBuilder line = new StringBuilder(text.length());
    text.replace("\r\n", " ")
        .codePoints()
        .map(c -> Character.isISOControl(c) && c != '\t' || c == 0x2028 || c == 0x2029 ? ' ' : c)
        .map(c -> c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE ? 0xfffd : c)
        .forEach(line::appendCodePoint);
    return line.toString();
  }

  private static int longestWord(String line) {
    int longest = 0;
    for (String word : line.split(" ", -1)) {
      longest = Math.max(longest, word.length());
    }
    return longest;
  }

  /** Folds before blanks, so that lines have at most 78 columns where words allow it. */
  static Bytes folded(Bytes name, String line) {
    StringBuilder out = new StringBuilder(line.length() + 16).append(' ');
    int column = name.length() + 2;
    int at = 0;
    while (at < line.length()) {
      int end = line.indexOf(' ', at + 1);
      String word = line.substring(at, end < 0 ? line.length() : end);
      // A line of white space alone would be read as the end of the header by some programs.
      boolean canFold = at > 0 && word.charAt(0) == ' ' && !word.isBlank();
      if (canFold && column + word.length() > WANTED_COLUMNS) {
        out.append('\n');
        column = 0;
      }
      out.append(word);
      column += word.length();
      at += word.length();
    }
    return Bytes.ofUtf8(out.toString());
  }
}
