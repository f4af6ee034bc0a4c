package org.miltergate.milter.test;

import java.util.List;
import java.util.Optional;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.Reply;

/** Replies to each command separately: by the first rule that matches, else by a function. */
final class RuleConduct implements Conduct {

  /** Commands and the actions for them. */
  record Rule(Expectation expectation, List<ScriptStep> steps) {}

  private final List<Rule> rules;
  private final Answers answers;
  private final DefaultConduct byDefault;

  RuleConduct(List<Rule> rules, Answers answers, Negotiation wish) {
    this.rules = rules;
    this.answers = answers;
    this.byDefault = new DefaultConduct(wish);
  }

  @Override
  public List<ScriptStep> opening() {
    return List.of();
  }

  @Override
  public List<ScriptStep> answer(Command command) {
    for (Rule rule : rules) {
      if (rule.expectation().matches(command)) {
        return rule.steps();
      }
    }
    List<ScriptStep> usual = byDefault.answer(command);
    if (command instanceof Command.Negotiate || usual.isEmpty()) {
      return usual;
    }
    List<Reply> replies = answers.to(command);
    return replies.equals(Answers.CONTINUE) ? usual : ScriptStep.sending(replies);
  }

  @Override
  public Optional<String> missing() {
    return Optional.empty();
  }
}
