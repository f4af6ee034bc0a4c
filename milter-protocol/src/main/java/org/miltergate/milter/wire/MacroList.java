package org.miltergate.milter.wire;

import org.miltergate.milter.bytes.Bytes;

/**
 * The macros that a milter wants at one stage ({@code SMFIR_SETSYMLIST} data in a negotiation).
 *
 * @param stage number on the wire, see {@link MacroStage}; unknown numbers are kept
 * @param names separated by blanks or commas, as the milter wrote them; empty for none
 */
public record MacroList(int stage, Bytes names) {
  public MacroList {
    Text.requireNoNul(names, "names");
  }
}
