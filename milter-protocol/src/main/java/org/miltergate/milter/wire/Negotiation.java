package org.miltergate.milter.wire;

import java.util.List;
import java.util.Objects;

/**
 * The content of an {@code OPTNEG} packet, in either direction.
 *
 * @param version unsigned; 2 to 6 exist
 * @param actions what the milter may change: offered by the MTA, chosen by the milter
 * @param steps which events are sent and answered, with the data-size bits
 * @param macroLists the macros that the milter wants; empty in an offer
 */
public record Negotiation(
    int version, Actions actions, ProtocolSteps steps, List<MacroList> macroLists) {
  /** The number of lists kept from a packet; there are seven stages. */
  public static final int MAX_MACRO_LISTS = 64;

  public Negotiation {
    Objects.requireNonNull(actions, "actions");
    Objects.requireNonNull(steps, "steps");
    macroLists = List.copyOf(macroLists);
  }

  public Negotiation(int version, Actions actions, ProtocolSteps steps) {
    this(version, actions, steps, List.of());
  }
}
