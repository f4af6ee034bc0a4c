package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;

/**
 * Input that a client sends after a command that must be the last of a group, before it has the
 * reply.
 *
 * <p>After a refused DATA it is the content of a message, and after a refused AUTH it may be a
 * password: neither may be executed as commands, and where it ends is unknown. Not thread-safe;
 * used by the session's thread.
 *
 * @see "RFC 2920 3.1; RFC 4954 4; postfix smtpd_forbid_unauth_pipelining"
 */
final class UnwaitedInput {
  private final SessionScope scope;
  private final ClientInput input;
  private boolean contentMayFollow;

  UnwaitedInput(SessionScope scope, ClientInput input) {
    this.scope = scope;
    this.input = input;
  }

  /** Returns the refusal of DATA or AUTH, which ends the connection if there is more to read. */
  Answer after(String command, Answer refusal) throws IOException {
    contentMayFollow = command.equals(SmtpVerb.DATA.name());
    if (refusal.next() != Answer.Next.GO_ON || !input.hasMore()) {
      return refusal;
    }
    scope.log().improperPipelining(command);
    return new Answer(refusal.reply(), Answer.Next.CLOSE);
  }

  /**
   * Returns the reply to a line that is not a command, which ends the connection if DATA was
   * refused just before: then it is late content.
   */
  Answer unknown(Answer reply) {
    if (!contentMayFollow || reply.next() != Answer.Next.GO_ON) {
      return reply;
    }
    scope.log().improperPipelining(SmtpVerb.DATA.name());
    return new Answer(reply.reply(), Answer.Next.CLOSE);
  }

  /** Returns whether a line that is not a command may be content of the refused DATA. */
  boolean mayBeContent() {
    return contentMayFollow;
  }

  /** A command arrived, so the client has read the refusal. */
  void over() {
    contentMayFollow = false;
  }
}
