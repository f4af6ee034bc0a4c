package org.miltergate.milter.test;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.test.MilterScript.Turn;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.Reply;

/** Follows a script, turn by turn. */
final class ScriptConduct implements Conduct {
  private final MilterScript script;
  private final DefaultConduct byDefault;
  private int next;

  ScriptConduct(MilterScript script) {
    this.script = script;
    this.byDefault = new DefaultConduct(wish(script));
  }

  /** Returns what the script negotiates, so that its default replies know what needs none. */
  private static Negotiation wish(MilterScript script) {
    return script.turns().stream()
        .flatMap(turn -> turn.steps().stream())
        .map(ScriptStep::action)
        .flatMap(action ->
            action instanceof Action.Send(Reply.Negotiate(Negotiation wish))
                ? Optional.of(wish).stream()
                : Optional.<Negotiation>empty().stream())
        .findFirst()
        .orElse(ReplyText.DEFAULT_WISH);
  }

  @Override
  public List<ScriptStep> opening() {
    return script.opening();
  }

  @Override
  public List<ScriptStep> answer(Command command) throws Mismatch {
    if (command instanceof Command.Macro macro) {
      return answerMacro(macro);
    }
    if (command instanceof Command.Negotiate && !script.mentionsNegotiation()) {
      return byDefault.answer(command);
    }
    if (next < script.turns().size() && script.turns().get(next).any()) {
      return answerAny(command);
    }
    if (next == script.turns().size()) {
      return answerBehindTheEnd(command);
    }
    Turn turn = script.turns().get(next);
    if (!turn.expectation().matches(command)) {
      throw mismatch(turn, command);
    }
    return take(turn, command);
  }

  /** Macros may come at any time; a script may name them but need not. */
  private List<ScriptStep> answerMacro(Command.Macro macro) throws Mismatch {
    int candidate = next;
    if (candidate < script.turns().size() && script.turns().get(candidate).any()) {
      candidate++;
    }
    if (candidate == script.turns().size()) {
      return List.of();
    }
    Turn turn = script.turns().get(candidate);
    if (!turn.expectation().isMacro() || !turn.expectation().isMacroFor(macro)) {
      return List.of();
    }
    if (turn.expectation().matches(macro)) {
      next = candidate + 1;
      return turn.steps();
    }
    if (candidate > next) {
      return List.of();
    }
    throw mismatch(turn, macro);
  }

  private List<ScriptStep> answerAny(Command command) {
    if (next + 1 < script.turns().size()) {
      Turn following = script.turns().get(next + 1);
      if (following.expectation().matches(command)) {
        next++;
        return take(following, command);
      }
    }
    return byDefault.answer(command);
  }

  private List<ScriptStep> take(Turn turn, Command command) {
    next++;
    boolean open = turn.expectation().text().equals("*") && turn.steps().isEmpty();
    return open ? byDefault.answer(command) : turn.steps();
  }

  /** Commands that end a session are never answered, and need not be in the script. */
  private List<ScriptStep> answerBehindTheEnd(Command command) throws Mismatch {
    if (command instanceof Command.Abort || command instanceof Command.Quit) {
      return List.of();
    }
    throw new Mismatch("after the end of the script, got\n  " + line(command));
  }

  private static Mismatch mismatch(Turn turn, Command command) {
    return new Mismatch(
        String.format(
            Locale.ROOT,
            "script line %d: expected%n  %s%nbut got%n  %s",
            turn.line(),
            turn,
            line(command)));
  }

  private static String line(Command command) {
    return "> " + CommandText.write(command);
  }

  @Override
  public Optional<String> missing() {
    for (Turn turn : script.turns().subList(next, script.turns().size())) {
      if (!turn.any()) {
        return Optional.of(
            String.format(Locale.ROOT, "script line %d: expected%n  %s", turn.line(), turn));
      }
    }
    return Optional.empty();
  }
}
