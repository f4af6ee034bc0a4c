package org.miltergate.gateway.smtp;

import java.io.IOException;
import java.util.Optional;
import org.miltergate.config.LimitsConfig;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.Body;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.SmtpReply;

/**
 * DATA: asks the milters, reads the message, and hands it to {@link MessageRouter}.
 *
 * <p>Whatever becomes of the message, it is read to its end before the reply. Confined to the
 * session's thread.
 */
final class DataCommand {
  /** A whole message may take so many times the limit of one piece: an hour by default. */
  private static final int PIECES_OF_TIME = 12;

  private final SessionScope scope;
  private final ClientInput input;
  private final ReplyWriter replies;
  private final MessageRouter router;

  DataCommand(SessionScope scope, ClientInput input, ReplyWriter replies) {
    this.scope = scope;
    this.input = input;
    this.replies = replies;
    this.router = new MessageRouter(scope);
  }

  /**
   * Answers DATA; writes 354 itself and returns the reply to the message.
   *
   * @throws ClientTimeoutException if the client is too slow
   * @throws ClientGoneException if the connection ends
   */
  Answer data(Bytes argument) throws IOException {
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return scope.refuse("DATA", refusal.get(), Optional.empty());
    }
    Optional<Transaction> transaction = scope.state().transaction();
    if (transaction.isEmpty()) {
      return Answer.of(503, "5.5.1 Error: need RCPT command");
    }
    if (transaction.get().recipientCount() == 0) {
      return Answer.of(554, "5.5.1 Error: no valid recipients");
    }
    if (!argument.isEmpty()) {
      return Answer.of(501, "5.5.4 Syntax: DATA");
    }
    switch (scope.milters().data()) {
      case Verdict.Refuse refused -> {
        return scope.refuse("DATA", refused, SessionLog.only(transaction.get()));
      }
      case Verdict.Discard discard ->
          scope.log().milterDiscarded("DATA", discard.source(), SessionLog.only(transaction.get()));
      case Verdict.Pass pass -> {}
    }
    replies.add(SmtpReply.of(354, "End data with <CR><LF>.<CR><LF>"));
    replies.flush();
    return read(transaction.get());
  }

  private Answer read(Transaction transaction) throws IOException {
    LimitsConfig limits = scope.server().limits();
    MessageParser parser = new MessageParser(scope.server().bodies(), limits.maxHeaderBytes());
    try (ContentCollector content = new ContentCollector(parser, limits.maxMessageBytes())) {
      new DataReader(input, scope.server().config().bareNewlines(), content)
          .read(
              limits.dataTimeout(), Deadline.in(limits.dataTimeout().multipliedBy(PIECES_OF_TIME)));
      Optional<MessageContent> message = content.finish();
      if (message.isEmpty()) {
        Answer answer = refuse(transaction, content.fault().orElseThrow());
        scope.abortMessage();
        return answer;
      }
      try (Body body = message.get().body()) {
        return router.route(transaction, message.get(), content.length());
      } finally {
        scope.endMessage();
      }
    }
  }

  private Answer refuse(Transaction transaction, ContentFault fault) {
    SmtpReply reply =
        switch (fault) {
          case ContentFault.BareNewline f ->
              SmtpReply.of(550, "5.5.2 %s Error: bare <LF> or <CR> received".formatted(hostname()));
          case ContentFault.TooLarge f -> SmtpReply.of(552, "5.3.4 Error: message file too big");
          case ContentFault.HeaderTooLarge f ->
              SmtpReply.of(552, "5.3.4 Error: message header too big");
          case ContentFault.Unstorable(IOException cause) -> {
            scope.log().mailAtRisk("cannot keep the message", cause);
            yield MessageRouter.NO_STORAGE;
          }
        };
    return scope.reject("END-OF-MESSAGE", reply, SessionLog.only(transaction));
  }

  private String hostname() {
    return scope.server().hostname();
  }
}
