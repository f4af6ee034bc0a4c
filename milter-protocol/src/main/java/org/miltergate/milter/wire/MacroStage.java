package org.miltergate.milter.wire;

import java.util.List;
import java.util.Optional;

/**
 * The stages that have a macro list of their own ({@code SMFIM_*}). Their ordinals are the numbers
 * on the wire, where end of message comes before end of headers.
 */
public enum MacroStage {
  CONNECT("connect"),
  HELO("helo"),
  MAIL("mail"),
  RCPT("rcpt"),
  DATA("data"),
  END_OF_MESSAGE("eom"),
  END_OF_HEADERS("eoh");

  private static final List<MacroStage> ALL = List.of(values());

  private final String word;

  MacroStage(String word) {
    this.word = word;
  }

  /** Returns the name used in texts, such as those of {@link PacketText}. */
  public String word() {
    return word;
  }

  /** Returns the stage with this number, or empty if there is none; 0 to 6 exist. */
  public static Optional<MacroStage> ofWire(int number) {
    return number >= 0 && number < ALL.size() ? Optional.of(ALL.get(number)) : Optional.empty();
  }

  /** Returns the number on the wire, 0 to 6. */
  @SuppressWarnings("EnumOrdinal") // the order of the constants is that of the wire
  public int onWire() {
    return ordinal();
  }
}
