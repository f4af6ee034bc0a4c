package org.miltergate.gateway.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.smtp.content.ContentCollector;
import org.miltergate.gateway.smtp.content.ContentFault;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.net.Deadline;

/**
 * What DATA and BDAT have in common: when a message may begin, and what becomes of it when it is
 * whole. Not thread-safe; used by the session's thread.
 */
public final class MessageIntake {
  /** A whole message may take so many times the limit of one piece: an hour by default. */
  private static final int PIECES_OF_TIME = 12;

  private final SessionScope scope;
  private final ClientInput input;
  private final MessageRouter router;

  public MessageIntake(SessionScope scope, ClientInput input) {
    this.scope = scope;
    this.input = input;
    this.router = new MessageRouter(scope);
  }

  /** Returns the reply to {@code verb} if there is nobody to begin a message for. */
  public Optional<Answer> refusalOfEnvelope(String verb) {
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      return Optional.of(scope.refuse(verb, refusal.get(), Optional.empty()));
    }
    Optional<Transaction> transaction = scope.state().transaction();
    if (transaction.isEmpty()) {
      return Optional.of(Answer.of(503, "5.5.1 Error: need RCPT command"));
    }
    return transaction.get().accepted() == 0
        ? Optional.of(Answer.of(554, "5.5.1 Error: no valid recipients"))
        : Optional.empty();
  }

  /** Sends DATA to the milters; returns the reply to {@code verb} if they refuse the message. */
  public Optional<Answer> refusalOfMilters(String verb, Transaction transaction) {
    return switch (scope.milters().data()) {
      case Verdict.Refuse refused ->
          Optional.of(scope.refuse(verb, refused, transaction.onlyRecipient()));
      case Verdict.Discard discard -> {
        scope.log().milterDiscarded(verb, discard.source(), transaction.onlyRecipient());
        yield Optional.empty();
      }
      case Verdict.Pass pass -> Optional.empty();
    };
  }

  /** Starts to keep a message. */
  public ContentCollector collector() {
    LimitsConfig limits = scope.server().limits();
    Transaction transaction = scope.state().transaction().orElseThrow();
    MessageParser parser =
        MessageParser.builder(scope.server().bodies())
            .maxHeaderBytes(limits.maxHeaderBytes())
            .maxFields(limits.maxHeaderFields())
            .drop(scope.server().config().dropHeaders().stream().map(Bytes::ofLatin1).toList())
            .memory(transaction.memory())
            .build();
    return new ContentCollector(parser, limits.maxMessageBytes());
  }

  /** Returns the time that a message has that begins now. */
  public Pace pace() {
    Duration pause = scope.dataTimeout();
    Duration whole = scope.server().limits().dataTimeout().multipliedBy(PIECES_OF_TIME);
    return new Pace(pause, scope.server().config().load().minDataRate(), Deadline.in(whole));
  }

  /**
   * Answers a message that is whole, and ends its transaction. From the moment when the next hop
   * has the message, no failure of ours changes the answer.
   */
  public Answer finish(Transaction transaction, ContentCollector content) throws IOException {
    WaitingClient client = new WaitingClient(System.nanoTime(), this::isClientGone);
    Optional<MessageContent> message = content.finish();
    if (message.isEmpty()) {
      return refuse(transaction, content.fault().orElseThrow());
    }
    Answer answer;
    boolean ended;
    try {
      answer = router.route(transaction, message.get(), content.length(), client);
    } finally {
      Afterwards.run("message is dropped", message.get().body()::close);
      ended = Afterwards.run("transaction is ended", scope::endMessage);
    }
    return ended ? answer : new Answer(answer.reply(), Answer.Next.CLOSE);
  }

  private boolean isClientGone() {
    try {
      return input.isReset();
    } catch (IOException e) {
      return true;
    }
  }

  /** Answers a message for its fault, and gives its transaction up. */
  public Answer refuse(Transaction transaction, ContentFault fault) {
    SmtpReply reply =
        switch (fault) {
          case ContentFault.BareNewline f ->
              SmtpReply.of(550, "5.5.2 %s Error: bare <LF> or <CR> received".formatted(hostname()));
          case ContentFault.TooLarge f -> SmtpReply.of(552, "5.3.4 Error: message file too big");
          case ContentFault.HeaderTooLarge f -> StandardReplies.headerTooLarge(f.limit());
          case ContentFault.NoMemory f -> {
            scope.log().limitReached(MessageRouter.MEMORY_USED_UP);
            yield MessageRouter.NO_STORAGE;
          }
          case ContentFault.Unstorable(IOException cause) -> {
            scope.log().mailAtRisk("cannot keep the message", cause);
            yield MessageRouter.NO_STORAGE;
          }
        };
    Answer answer = scope.reject("END-OF-MESSAGE", reply, transaction.onlyRecipient());
    scope.abortMessage();
    return answer;
  }

  private String hostname() {
    return scope.server().hostname();
  }
}
