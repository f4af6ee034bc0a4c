package org.miltergate.gateway.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.bounce.UndeliveredMessage;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.ClientIdentity;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.gateway.spool.QuarantineRecord;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.ContentResult;
import org.miltergate.milter.chain.QuarantineReason;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;

/**
 * Takes a message that was read through the milters and to where it then belongs: back, nowhere,
 * into quarantine, or to the next hop.
 *
 * <p>The client hears 250 only when somebody else is answerable for the message. Not thread-safe;
 * used by the session's thread.
 */
public final class MessageRouter {
  public static final SmtpReply NO_STORAGE = StandardReplies.NO_STORAGE;

  public static final String MEMORY_USED_UP = "memory for messages is exhausted";

  private static final SmtpReply CLIENT_GONE =
      SmtpReply.of(451, "4.4.2 Connection was lost - try again later");
  private static final SmtpReply SENDER_NOT_TOLD =
      SmtpReply.of(451, "4.5.3 Sender cannot be told of refused recipients - try again later");

  /**
   * A message before the milters.
   *
   * @param bytes as the client sent them
   * @param client waits for the reply
   */
  private record Came(
      MailMessage message, long bytes, ContentDigest digest, WaitingClient client) {}

  private final SessionScope scope;
  private final ReceivedField receivedField;

  MessageRouter(SessionScope scope) {
    this.scope = scope;
    this.receivedField = new ReceivedField(scope.server().hostname());
  }

  /**
   * @param content not closed here
   * @param bytes length of the content
   * @param client waits for the answer
   */
  Answer route(Transaction transaction, MessageContent content, long bytes, WaitingClient client) {
    content.messageId().ifPresent(this::noteMessageId);
    Optional<SmtpReply> loop = scope.server().hops().check(content.header());
    if (loop.isPresent()) {
      scope.milters().abort();
      return scope.reject("END-OF-MESSAGE", loop.get(), transaction.onlyRecipient());
    }
    Came came =
        new Came(
            MailMessage.of(transaction.envelope(), content),
            bytes,
            digest(transaction, content),
            client);
    ContentResult result = scope.milters().content(came.message(), transaction.memory());
    return switch (result.verdict()) {
      case Verdict.Refuse refusal ->
          scope.refuse("END-OF-MESSAGE", refusal, transaction.onlyRecipient());
      case Verdict.Discard discard -> {
        scope
            .log()
            .milterDiscarded("END-OF-MESSAGE", discard.source(), transaction.onlyRecipient());
        yield queued(transaction);
      }
      case Verdict.Pass pass -> accept(transaction, came, result);
    };
  }

  /** What this client sent, by this HELO, from this sender. */
  private ContentDigest digest(Transaction transaction, MessageContent content) {
    Bytes client = Bytes.ofUtf8(scope.state().client().addressText());
    Bytes sender = transaction.mail().sender().mailbox();
    return new ContentDigest(List.of(client, scope.state().helo(), sender), content);
  }

  private Answer accept(Transaction transaction, Came came, ContentResult result) {
    if (!result.unheard().isEmpty()) {
      scope.server().admission().counters().count(CountedEvent.PASSED_WITHOUT_MILTER);
    }
    MailMessage message = result.message();
    if (message.envelope().recipients().isEmpty()) {
      scope.log().withoutRecipients();
      return queued(transaction);
    }
    boolean held = !result.quarantine().isEmpty();
    Bytes received =
        receivedField.of(
            held ? ReceivedField.Way.QUARANTINE : ReceivedField.Way.DELIVERY,
            scope.state(),
            transaction.queueId(),
            transaction.recipients(),
            scope.server().clock().instant());
    scope.log().queued(message.envelope(), received.length() + message.length(), came.bytes());
    return held
        ? hold(transaction, came, message, received, result.quarantine())
        : deliver(transaction, came, message, received);
  }

  private Answer deliver(Transaction transaction, Came came, MailMessage message, Bytes received) {
    Set<MailOption> options;
    try {
      options = MailOption.of(transaction.mail().sender(), came.message(), message);
    } catch (IOException e) {
      scope.log().mailAtRisk("cannot read the message", e);
      return scope.reject("END-OF-MESSAGE", NO_STORAGE, transaction.onlyRecipient());
    }
    UndeliveredMessage undelivered =
        new UndeliveredMessage(message, received, options, scope.server().clock().instant());
    OutboundMessage outbound =
        new OutboundMessage(
            transaction.queueId(),
            message,
            received,
            options,
            came.digest(),
            transaction.recipients(),
            came.client().sinceNanos());
    Duration before = transaction.age();
    DeliveryResult result =
        deliver(
            transaction.delivery(),
            outbound,
            came.client(),
            new BounceNotice(scope.server(), scope.log(), undelivered));
    Afterwards.run(
        "delivery is logged", () -> scope.log().delivered(transaction.queueId(), result, before));
    return switch (result) {
      case DeliveryResult.Delivered delivered -> queued(transaction);
      case DeliveryResult.Refused refused -> Answer.of(transaction.readable(refused.reply()));
      case DeliveryResult.Unavailable unavailable -> Answer.of(unavailable.reply());
    };
  }

  /** Goes through both phases, and tells the sender of refused recipients where one ends. */
  private DeliveryResult deliver(
      Delivery delivery, OutboundMessage message, WaitingClient client, BounceNotice notice) {
    return switch (delivery.content(message)) {
      case Progress.Ended(DeliveryResult result) -> result;
      case Progress.Refused(List<Refusal> refused) -> {
        // The last look at the client before others have the message.
        if (client.isGone()) {
          yield delivery.drop(
              CLIENT_GONE, "the client has disconnected and will send the message again");
        }
        SenderNotice told = notice.give(refused);
        yield told == SenderNotice.IMPOSSIBLE
            ? delivery.drop(
                SENDER_NOT_TOLD,
                "not sent, because the sender cannot be told that others were refused")
            : commit(delivery, told, notice);
      }
    };
  }

  private static DeliveryResult commit(Delivery delivery, SenderNotice told, BounceNotice notice) {
    return switch (delivery.commit(told)) {
      case Progress.Ended(DeliveryResult result) -> result;
      case Progress.Refused(List<Refusal> late) -> delivery.settle(notice.give(late));
    };
  }

  private Answer hold(
      Transaction transaction,
      Came came,
      MailMessage message,
      Bytes received,
      List<QuarantineReason> reasons) {
    reasons.forEach(scope.log()::held);
    if (came.client().isGone()) { // it will send the message again
      return scope.reject("END-OF-MESSAGE", CLIENT_GONE, transaction.onlyRecipient());
    }
    try {
      store(transaction, message, received, reasons);
    } catch (IOException e) {
      scope.log().mailAtRisk("cannot keep the message in quarantine", e);
      return scope.reject("END-OF-MESSAGE", NO_STORAGE, transaction.onlyRecipient());
    }
    return queued(transaction);
  }

  private void store(
      Transaction transaction, MailMessage message, Bytes received, List<QuarantineReason> reasons)
      throws IOException {
    ClientIdentity client = scope.state().client();
    QuarantineRecord record =
        new QuarantineRecord(
            transaction.queueId(),
            scope.server().clock().instant(),
            Bytes.ofUtf8(client.name()),
            client.addressText(),
            scope.state().helo(),
            reasons.stream().map(MessageRouter::reason).toList());
    scope.server().quarantine().store(record, message, received);
  }

  private static QuarantineRecord.Reason reason(QuarantineReason reason) {
    return new QuarantineRecord.Reason(reason.source().milter(), reason.text());
  }

  private static Answer queued(Transaction transaction) {
    return Answer.of(250, "2.0.0 Ok: queued as " + transaction.queueId());
  }

  private void noteMessageId(Bytes messageId) {
    scope.macros().messageId(messageId);
    scope.log().messageId(messageId);
  }
}
