package org.miltergate.milter.test;

import java.util.ArrayList;
import java.util.List;

/**
 * The parsed and checked lines of a script.
 *
 * @param opening the actions before the first command
 */
record MilterScript(List<ScriptStep> opening, List<Turn> turns) {

  /**
   * A {@code >} line, or a line of three dots, and the {@code <} lines below it.
   *
   * @param line number of the line, counted from 1
   * @param any true for the dots: any number of commands, until that of the next turn
   * @param expectation not used if {@code any}
   */
  record Turn(int line, boolean any, Expectation expectation, List<ScriptStep> steps) {
    /** Writes the line as in the script. */
    @Override
    public String toString() {
      return any ? "..." : "> " + expectation.text();
    }
  }

  /**
   * Reads a script.
   *
   * @throws IllegalArgumentException if a line is invalid; the message names it
   */
  static MilterScript parse(String text) {
    Reader reader = new Reader();
    List<String> lines = text.lines().toList();
    for (int i = 0; i < lines.size(); i++) {
      try {
        reader.read(i + 1, lines.get(i).strip());
      } catch (IllegalArgumentException e) {
        throw new IllegalArgumentException("script line " + (i + 1) + ": " + e.getMessage(), e);
      }
    }
    return reader.script();
  }

  boolean mentionsNegotiation() {
    return turns.stream().anyMatch(turn -> !turn.any() && turn.expectation().isNegotiation());
  }

  private static final class Reader {
    private static final Expectation ANYTHING = new Expectation("*");

    private final List<ScriptStep> opening = new ArrayList<>();
    private final List<Turn> turns = new ArrayList<>();
    private List<ScriptStep> current = opening;

    void read(int number, String line) {
      if (line.isEmpty() || line.startsWith("#")) {
        return;
      }
      if (!current.isEmpty() && current.get(current.size() - 1).action().isLast()) {
        throw new IllegalArgumentException(
            "nothing can follow '< " + current.get(current.size() - 1).text() + "'");
      }
      if (line.startsWith("> ")) {
        begin(number, false, new Expectation(line.substring(2).stripLeading()));
      } else if (line.equals("...")) {
        begin(number, true, ANYTHING);
      } else if (line.startsWith("< ")) {
        answer(ScriptStep.read(line.substring(2).stripLeading()));
      } else {
        throw new IllegalArgumentException(
            "'" + line + "' does not begin with '> ', '< ', '...' or '#'");
      }
    }

    private void begin(int number, boolean any, Expectation expectation) {
      current = new ArrayList<>();
      turns.add(new Turn(number, any, expectation, current));
    }

    private void answer(ScriptStep step) {
      if (!turns.isEmpty() && turns.get(turns.size() - 1).any()) {
        throw new IllegalArgumentException("no answer can follow '...', it answers by itself");
      }
      current.add(step);
    }

    MilterScript script() {
      return new MilterScript(
          List.copyOf(opening),
          turns.stream()
              .map(t -> new Turn(t.line(), t.any(), t.expectation(), List.copyOf(t.steps())))
              .toList());
    }
  }
}
