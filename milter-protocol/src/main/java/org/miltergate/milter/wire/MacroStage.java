package org.miltergate.milter.wire;

import java.util.List;
import java.util.Optional;

/**
 * The stages that have a macro list of their own ({@code SMFIM_*}). Their ordinals are the numbers
 * on the wire: end of message stands before end of headers.
 */
public enum MacroStage {
  CONNECT,
  HELO,
  MAIL,
  RCPT,
  DATA,
  END_OF_MESSAGE,
  END_OF_HEADERS;

  private static final List<MacroStage> ALL = List.of(values());

  /** Returns the stage of that number, or empty if it has none: 0 to 6 exist. */
  public static Optional<MacroStage> ofWire(int number) {
    return number >= 0 && number < ALL.size() ? Optional.of(ALL.get(number)) : Optional.empty();
  }

  /** Returns the number on the wire, 0 to 6. */
  public int onWire() {
    return ordinal();
  }
}
