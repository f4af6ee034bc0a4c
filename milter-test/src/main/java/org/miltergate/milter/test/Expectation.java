package org.miltergate.milter.test;

import java.util.List;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroValue;

/**
 * The commands that a {@code >} line of a script matches.
 *
 * @param text without the leading {@code >}
 */
record Expectation(String text) {
  private static final String ANY_REST = "...";

  Expectation {
    String word = ScriptText.firstWord(text);
    if (!word.equals("*") && !CommandText.isWord(word)) {
      throw new IllegalArgumentException("'" + word + "' is not a command of an MTA");
    }
    ScriptText.read(text); // the escapes are valid
  }

  boolean isNegotiation() {
    return ScriptText.firstWord(text).equals("OPTNEG");
  }

  boolean isMacro() {
    return ScriptText.firstWord(text).equals("MACRO");
  }

  /** Returns whether this matches the macros of that command, whatever their values. */
  boolean isMacroFor(Command.Macro macro) {
    List<String> words = ScriptText.words(text);
    return words.size() < 2
        || words.get(1).equals(ANY_REST)
        || words.get(1).equals(CommandText.word(macro.command()));
  }

  boolean matches(Command command) {
    String word = ScriptText.firstWord(text);
    if (word.equals("*")) {
      return !(command instanceof Command.Macro);
    }
    if (!word.equals(CommandText.word(command))) {
      return false;
    }
    return switch (command) {
      case Command.Negotiate negotiate -> wordsAreIn(CommandText.write(negotiate));
      case Command.Macro macro -> isMacroFor(macro) && valuesAreIn(macro);
      case Command.Connect connect -> matchesText(connect, true);
      default -> matchesText(command, false);
    };
  }

  private boolean matchesText(Command command, boolean portMayLack) {
    if (ScriptText.behindFirstWord(text).isEmpty()) {
      return true;
    }
    String got = CommandText.write(command);
    if (!text.endsWith(ANY_REST)) {
      String wanted = canonical(text);
      return got.equals(wanted) || (portMayLack && got.startsWith(wanted + " port="));
    }
    String head = text.substring(0, text.length() - ANY_REST.length());
    if (!head.endsWith(" ")) {
      return got.startsWith(canonical(head));
    }
    String before = head.stripTrailing();
    return before.indexOf(' ') < 0 || got.startsWith(canonical(before) + " ");
  }

  /** Converts any spelling to that of {@link CommandText}. */
  private static String canonical(String text) {
    String word = ScriptText.firstWord(text);
    String rest = ScriptText.behindFirstWord(text);
    return switch (word) {
      case "HELO", "BODY", "EOM", "UNKNOWN" -> word + " " + line(rest);
      case "HEADER" -> {
        int bar = rest.indexOf('|');
        String name = bar < 0 ? rest : rest.substring(0, bar);
        String written = word + " " + ScriptText.writeWord(ScriptText.read(name), "|");
        yield bar < 0 ? written : written + "|" + line(rest.substring(bar + 1));
      }
      default -> {
        StringBuilder written = new StringBuilder(word);
        for (String part : ScriptText.words(rest)) {
          written.append(' ').append(ScriptText.writeWord(ScriptText.read(part), ""));
        }
        yield written.toString();
      }
    };
  }

  private static String line(String text) {
    return ScriptText.write(ScriptText.read(text));
  }

  private boolean wordsAreIn(String got) {
    List<String> words = ScriptText.words(got);
    return ScriptText.words(text).stream()
        .allMatch(word -> word.equals(ANY_REST) || words.contains(word));
  }

  private boolean valuesAreIn(Command.Macro macro) {
    List<String> words = ScriptText.words(text);
    return words.subList(Math.min(2, words.size()), words.size()).stream()
        .allMatch(word -> word.equals(ANY_REST) || isIn(word, macro.values()));
  }

  private static boolean isIn(String word, List<MacroValue> values) {
    int equals = word.indexOf('=');
    String name = equals < 0 ? word : word.substring(0, equals);
    return values.stream()
        .filter(value -> value.name().equals(ScriptText.read(name)))
        .anyMatch(value ->
            equals < 0 || value.value().equals(ScriptText.read(word.substring(equals + 1))));
  }
}
