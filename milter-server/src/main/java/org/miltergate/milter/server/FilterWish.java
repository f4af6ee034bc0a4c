package org.miltergate.milter.server;

import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/**
 * What a milter asks for in the negotiation.
 *
 * @param actions what it may change; if the MTA does not offer all of them, the connection is
 *     refused
 * @param events the events that it wants
 * @param unanswered those of these events to which it never replies
 * @param steps other options: leading space, refused recipients
 * @param macroLists the macros that it wants
 */
record FilterWish(
    Actions actions,
    Set<MilterEvent> events,
    Set<MilterEvent> unanswered,
    ProtocolSteps steps,
    List<MacroList> macroLists) {
  private static final int OLDEST = 2;
  private static final int NEWEST = 6;

  /** The actions of version 1; libmilter treats 0 as these. */
  private static final Actions FIRST_ACTIONS = new Actions(0x0f);

  private static final ProtocolSteps FIRST_STEPS = new ProtocolSteps(0x3f);

  /** Thrown when this milter cannot work with what the MTA offers. */
  static final class RefusedException extends Exception {
    private static final long serialVersionUID = 1;

    RefusedException(String message) {
      super(message);
    }
  }

  FilterWish {
    events = Set.copyOf(events);
    unanswered = Set.copyOf(unanswered);
    macroLists = List.copyOf(macroLists);
  }

  /**
   * Returns the reply to an offer.
   *
   * <p>A step that was not offered is left out; those events are then sent, and are answered on the
   * milter's behalf.
   *
   * @throws RefusedException if an action was not offered, or the version is below 2
   * @see "sendmail libmilter/engine.c, st_optionneg"
   */
  Negotiation answer(Negotiation offer) throws RefusedException {
    int version = offer.version();
    if (version >= 0 && version < OLDEST) {
      throw new RefusedException("MTA offers version " + version + ", must be 2 or above");
    }
    Actions offered = offer.actions().isEmpty() ? FIRST_ACTIONS : offer.actions();
    Actions missing = actions.without(offered);
    if (!missing.isEmpty()) {
      throw new RefusedException(
          "MTA does not offer the actions %s, offers %s".formatted(missing, offered));
    }
    ProtocolSteps possible = offer.steps().isEmpty() ? FIRST_STEPS : offer.steps();
    boolean lists = offered.has(Action.SET_MACRO_LISTS) && !macroLists.isEmpty();
    return new Negotiation(
        version < 0 || version > NEWEST ? NEWEST : version,
        lists ? new Actions(actions.bits() | Actions.of(Action.SET_MACRO_LISTS).bits()) : actions,
        wanted().and(possible),
        lists ? macroLists : List.of());
  }

  private ProtocolSteps wanted() {
    ProtocolSteps wanted = steps.or(ProtocolSteps.of(Step.SKIP));
    for (MilterEvent event : EnumSet.complementOf(copy(events))) {
      wanted = wanted.or(event.unwanted());
    }
    for (MilterEvent event : unanswered) {
      wanted = events.contains(event) ? wanted.or(event.unanswered()) : wanted;
    }
    return wanted;
  }

  private static EnumSet<MilterEvent> copy(Set<MilterEvent> events) {
    EnumSet<MilterEvent> copy = EnumSet.noneOf(MilterEvent.class);
    copy.addAll(events);
    return copy;
  }
}
