package org.miltergate.gateway.smtp.command;

import java.util.Optional;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.bytes.Bytes;

/** What XCLIENT and XFORWARD have in common. */
final class ForwardingRules {
  private ForwardingRules() {}

  /** Returns the refusal of a command that comes at the wrong time, without words or right. */
  static Optional<Answer> check(
      SessionScope scope, String command, Bytes argument, boolean permitted) {
    if (scope.state().transaction().isPresent() || scope.state().chunks().isPresent()) {
      return Optional.of(Answer.of(CommandReplies.IN_TRANSACTION));
    }
    if (argument.isEmpty()) {
      return Optional.of(Answer.of(501, "5.5.4 Syntax: %s attribute=value...".formatted(command)));
    }
    return permitted
        ? Optional.empty()
        : Optional.of(Answer.of(550, "5.7.0 Error: insufficient authorization"));
  }
}
