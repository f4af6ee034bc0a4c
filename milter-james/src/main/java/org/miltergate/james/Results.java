package org.miltergate.james;

import org.apache.james.protocols.api.Response;
import org.apache.james.protocols.smtp.SMTPResponse;
import org.apache.james.protocols.smtp.hook.HookResult;
import org.apache.james.protocols.smtp.hook.HookReturnCode;
import org.apache.james.protocols.smtp.hook.HookReturnCode.Action;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/** Verdicts as results of hooks. */
final class Results {
  static final HookResult NO_QUARANTINE =
      result(SmtpReply.of(451, "4.7.1 Message cannot be held here - try again later"));

  static final HookResult CANNOT_READ =
      result(SmtpReply.of(451, "4.3.0 Mail cannot be processed now - try again later"));

  private Results() {}

  /** Lets other hooks decide on what milters let pass, or discard. */
  static HookResult of(Verdict verdict) {
    return verdict instanceof Verdict.Refuse refuse ? result(refuse.reply()) : HookResult.DECLINED;
  }

  /** A hook can say one line. */
  private static HookResult result(SmtpReply reply) {
    Action action = reply.isTransientFailure() ? Action.DENYSOFT : Action.DENY;
    return HookResult.builder()
        .hookReturnCode(
            reply.closesConnection()
                ? HookReturnCode.disconnected(action)
                : HookReturnCode.connected(action))
        .smtpReturnCode(Integer.toString(reply.code()))
        .smtpDescription(reply.lines().getFirst().toUtf8String())
        .build();
  }

  static Response response(SmtpReply reply) {
    SMTPResponse response =
        new SMTPResponse(Integer.toString(reply.code()), reply.lines().getFirst().toUtf8String());
    reply.lines().stream().skip(1).forEach(line -> response.appendLine(line.toUtf8String()));
    response.setEndSession(reply.closesConnection());
    return response;
  }
}
