package org.miltergate.gateway.smtp;

import java.util.Optional;
import org.miltergate.config.ListenerConfig;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ChainSession;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;

/**
 * What the commands of one SMTP session work on. Confined to the session's thread.
 *
 * @param listener where the client came in
 * @param milters the chain's side of this session
 */
record SessionScope(
    ServerContext server,
    ListenerConfig listener,
    SessionState state,
    SessionMacros macros,
    ChainSession milters,
    SessionLog log) {

  /** Gives up the message that was begun, if there is one. */
  void abortMessage() {
    if (state.transaction().isPresent()) {
      milters.abort();
    }
    endMessage();
  }

  /** Forgets the message, of which the milters know that it is over. */
  void endMessage() {
    macros.messageEnded();
    state.endTransaction();
  }

  /** Answers with the words of a milter, and logs them. */
  Answer refuse(String stage, Verdict.Refuse refusal, Optional<Bytes> recipient) {
    log.milterRejected(stage, refusal, recipient);
    return Answer.of(refusal.reply());
  }

  /** Answers with a refusal of our own, and logs it. */
  Answer reject(String stage, SmtpReply reply, Optional<Bytes> recipient) {
    log.rejected(stage, reply, recipient);
    return Answer.of(reply);
  }
}
