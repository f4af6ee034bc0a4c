package org.miltergate.milter.wire;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * The macros that a milter wants at one stage ({@code SMFIR_SETSYMLIST} data in a negotiation).
 *
 * @param stage number on the wire, see {@link MacroStage}; unknown numbers are kept
 * @param text names separated by blanks or commas, as the milter sent them; empty for none
 */
public record MacroList(int stage, Bytes text) {
  private static final Bytes BLANK = Bytes.ofLatin1(" ");

  public MacroList {
    Text.requireNoNul(text, "text");
  }

  /** Creates a list from names. */
  public static MacroList of(MacroStage stage, List<Bytes> names) {
    Bytes text = Bytes.EMPTY;
    for (Bytes name : names) {
      text = text.isEmpty() ? name : text.concat(BLANK).concat(name);
    }
    return new MacroList(stage.onWire(), text);
  }

  /**
   * Returns the names in order and as spelled, with braces where the milter wrote them. They are
   * separated by any number of commas and white space (postfix {@code CHARS_COMMA_SP}).
   */
  public List<Bytes> names() {
    return names(Integer.MAX_VALUE);
  }

  /** Returns the first {@code limit} names, as {@link #names()}. */
  public List<Bytes> names(int limit) {
    List<Bytes> names = new ArrayList<>();
    int start = 0;
    for (int i = 0; i <= text.length() && names.size() < limit; i++) {
      if (i == text.length() || isSeparator(text.at(i))) {
        if (i > start) {
          names.add(text.slice(start, i));
        }
        start = i + 1;
      }
    }
    return List.copyOf(names);
  }

  private static boolean isSeparator(byte octet) {
    return octet == ' ' || octet == ',' || octet == '\t' || octet == '\r' || octet == '\n';
  }
}
