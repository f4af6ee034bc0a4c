package org.miltergate.gateway.smtp.command;

import java.util.Optional;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.ClientIdentity;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.chain.SmtpClient;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Sends CONNECT to the milters, and greets the client according to their verdict. Not thread-safe;
 * used by the session's thread.
 */
final class Greeter {
  private final SessionScope scope;

  Greeter(SessionScope scope) {
    this.scope = scope;
  }

  Answer greet() {
    ClientIdentity identity = scope.state().client();
    SmtpClient client = identity.forMilters();
    Verdict verdict = scope.milters().connect(client.hostname(), client.address());
    return verdict instanceof Verdict.Refuse refusal ? refuse(refusal) : welcome();
  }

  private Answer welcome() {
    return Answer.of(220, hostname() + " ESMTP Miltergate");
  }

  /** As Postfix: 4xx is told to the commands that follow, 5xx in the greeting and to them. */
  private Answer refuse(Verdict.Refuse refusal) {
    scope.state().refuse(refusal);
    scope.log().milterRejected("CONNECT", refusal, Optional.empty());
    SmtpReply reply = refusal.reply();
    if (reply.code() == 421) {
      return Answer.of(421, hostname() + " Service unavailable - try again later");
    }
    if (reply.isTransientFailure()) {
      return welcome();
    }
    int code = reply.closesConnection() ? reply.code() : 554;
    return Answer.of(code, hostname() + " ESMTP not accepting connections");
  }

  private String hostname() {
    return scope.server().hostname();
  }
}
