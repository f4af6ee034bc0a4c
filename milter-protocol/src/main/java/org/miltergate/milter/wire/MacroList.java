package org.miltergate.milter.wire;

import java.util.Arrays;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * The macros that a milter wants at one stage ({@code SMFIR_SETSYMLIST} data in a negotiation).
 *
 * @param stage number on the wire, see {@link MacroStage}; unknown numbers are kept
 * @param text the names, separated by blanks or commas, as the milter wrote them; empty for none
 */
public record MacroList(int stage, Bytes text) {
  public MacroList {
    Text.requireNoNul(text, "names");
  }

  /** Returns the names in the spelling of the milter. */
  public List<Bytes> names() {
    return Arrays.stream(text.toString().split("[ ,]+"))
        .filter(name -> !name.isEmpty())
        .map(Bytes::ofLatin1)
        .toList();
  }
}
