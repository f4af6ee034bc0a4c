package org.miltergate.gateway.bounce;

import org.miltergate.milter.bytes.Bytes;

/** Reduces text in a notice to ASCII. */
final class Ascii {
  private static final int FOLD_AT = 76;
  private static final int LONGEST_WORD = 500;

  private Ascii() {}

  static boolean is(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) < 0) {
        return false;
      }
    }
    return true;
  }

  /**
   * Returns the text with control characters as {@code ?}. Characters that join or order others
   * stay, unlike in a line of a log: in the body of a mail they have their place.
   */
  static String withoutControls(String text) {
    StringBuilder harmless = new StringBuilder();
    text.codePoints().forEach(c -> harmless.appendCodePoint(Character.isISOControl(c) ? '?' : c));
    return harmless.toString();
  }

  /** Breaks a text between words into lines of reasonable length that begin with the indent. */
  static String fold(String text, String indent) {
    StringBuilder folded = new StringBuilder();
    int column = 0;
    for (String word : text.split(" ", -1)) {
      String cut = word.length() > LONGEST_WORD ? word.substring(0, LONGEST_WORD) : word;
      if (column > 0 && column + 1 + cut.length() > FOLD_AT) {
        folded.append("\r\n").append(indent);
        column = indent.length();
      } else if (!folded.isEmpty()) {
        folded.append(' ');
        column++;
      }
      folded.append(cut);
      column += cut.length();
    }
    return folded.toString();
  }
}
