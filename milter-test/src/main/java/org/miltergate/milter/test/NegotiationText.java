package org.miltergate.milter.test;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.wire.Actions;
import org.miltergate.milter.wire.MacroList;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps;

/**
 * A negotiation as written in a script: {@code version=6 actions=0x1ff steps=0x0}, and for each
 * macro list {@code macros.STAGE=i,{mail_addr}}.
 */
final class NegotiationText {
  private static final String MACROS = "macros.";

  private NegotiationText() {}

  /**
   * Reads a negotiation; what is not named is taken from {@code defaults}.
   *
   * @throws IllegalArgumentException if a part is not one of the four
   */
  static Negotiation read(String text, Negotiation defaults) {
    Negotiation wish = defaults;
    for (String word : ScriptText.words(text)) {
      int equals = word.indexOf('=');
      String key = equals < 0 ? word : word.substring(0, equals);
      String value = equals < 0 ? "" : word.substring(equals + 1);
      wish = with(wish, key, value);
    }
    return wish;
  }

  private static Negotiation with(Negotiation wish, String key, String value) {
    List<MacroList> lists = wish.macroLists();
    return switch (key) {
      case "version" -> new Negotiation(number(value), wish.actions(), wish.steps(), lists);
      case "actions" ->
          new Negotiation(wish.version(), new Actions(number(value)), wish.steps(), lists);
      case "steps" ->
          new Negotiation(wish.version(), wish.actions(), new ProtocolSteps(number(value)), lists);
      default -> {
        if (!key.startsWith(MACROS)) {
          throw new IllegalArgumentException(
              "'" + key + "' is none of version=, actions=, steps= and macros.STAGE=");
        }
        List<MacroList> longer = new ArrayList<>(lists);
        longer.add(new MacroList(stage(key.substring(MACROS.length())), ScriptText.read(value)));
        yield new Negotiation(wish.version(), wish.actions(), wish.steps(), longer);
      }
    };
  }

  static MacroList macroList(MacroStage stage, String names) {
    return new MacroList(stage.onWire(), ScriptText.read(names));
  }

  private static int stage(String name) {
    for (MacroStage stage : MacroStage.values()) {
      if (stage.word().equals(name)) {
        return stage.onWire();
      }
    }
    return number(name);
  }

  private static int number(String value) {
    try {
      return (int) Long.decode(value).longValue();
    } catch (NumberFormatException e) {
      throw new IllegalArgumentException(
          "'" + value + "' is not a number, write one such as 6 or 0x1ff", e);
    }
  }
}
