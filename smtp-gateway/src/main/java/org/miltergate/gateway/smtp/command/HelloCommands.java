package org.miltergate.gateway.smtp.command;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/**
 * HELO and EHLO.
 *
 * <p>A refusal by a milter is not told here: the reply is 250, and the commands that follow get it,
 * as with Postfix. Not thread-safe; used by the session's thread.
 */
final class HelloCommands {
  private final SessionScope scope;

  HelloCommands(SessionScope scope) {
    this.scope = scope;
  }

  Answer helo(Bytes argument) {
    if (argument.isEmpty()) {
      return Answer.of(501, "Syntax: HELO hostname");
    }
    Optional<Verdict.Refuse> refusal = tellMilters(argument, false);
    if (refusal.isPresent() && refusal.get().reply().closesConnection()) {
      return scope.refuse("HELO", refusal.get(), Optional.empty());
    }
    return Answer.of(250, scope.server().hostname());
  }

  Answer ehlo(Bytes argument) {
    if (argument.isEmpty()) {
      return Answer.of(501, "Syntax: EHLO hostname");
    }
    Optional<Verdict.Refuse> refusal = tellMilters(argument, true);
    if (refusal.isPresent() && refusal.get().reply().closesConnection()) {
      return scope.refuse("EHLO", refusal.get(), Optional.empty());
    }
    boolean refused = scope.state().refusal().filter(r -> r.reply().code() >= 500).isPresent();
    List<Bytes> lines = new ArrayList<>();
    lines.add(Bytes.ofUtf8(scope.server().hostname()));
    (refused ? List.of("ENHANCEDSTATUSCODES") : OfferedExtensions.lines(scope))
        .forEach(extension -> lines.add(Bytes.ofLatin1(extension)));
    return Answer.of(new SmtpReply(250, lines));
  }

  private Optional<Verdict.Refuse> tellMilters(Bytes name, boolean withEhlo) {
    scope.abortMessage();
    scope.state().greeted(name, withEhlo);
    Verdict verdict = scope.milters().helo(name);
    if (verdict instanceof Verdict.Refuse refusal) {
      scope.state().refuse(refusal);
      return Optional.of(refusal);
    }
    return Optional.empty();
  }
}
