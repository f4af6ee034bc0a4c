package org.miltergate.milter.wire;

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

  /** Returns the stage of a number on the wire, or empty if there is none. */
  public static Optional<MacroStage> ofWire(int number) {
    return number >= 0 && number < values().length
        ? Optional.of(values()[number])
        : Optional.empty();
  }
}
