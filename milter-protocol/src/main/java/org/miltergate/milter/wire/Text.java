package org.miltergate.milter.wire;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/** Checks texts that end with NUL on the wire. */
final class Text {
  private Text() {}

  static Bytes requireNoNul(Bytes text, String field) {
    int nul = text.indexOf(0, 0);
    if (nul >= 0) {
      throw new IllegalArgumentException(field + " holds NUL at " + nul + ", which ends a text");
    }
    return text;
  }

  static List<Bytes> copyOfTexts(List<Bytes> texts, String field) {
    texts.forEach(text -> requireNoNul(text, field));
    return List.copyOf(texts);
  }

  static List<Bytes> atMostOneText(List<Bytes> texts, String field) {
    if (texts.size() > 1) {
      throw new IllegalArgumentException(field + " are " + texts.size() + " texts, at most 1");
    }
    return copyOfTexts(texts, field);
  }
}
