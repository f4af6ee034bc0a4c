package org.miltergate.gateway.relay.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.gateway.relay.Delays;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.EnhancedStatus;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.Replies;
import org.miltergate.gateway.relay.delivery.DeliveredLedger.Settled;
import org.miltergate.gateway.relay.smtp.MessageRefusedException;
import org.miltergate.gateway.relay.smtp.NextHopException;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Puts the results of one delivery together.
 *
 * <p>Confined to one thread.
 */
final class DeliveryReport {
  private final OutboundMessage message;
  private final long began = System.nanoTime();
  private final Map<Recipient, RecipientResult> known = new HashMap<>();
  private String relay = "none";
  private long ready = began;
  private boolean connected;

  DeliveryReport(OutboundMessage message) {
    this.message = message;
  }

  /** Notes the connection that is in use from now on. */
  void connected(SmtpTransaction transaction) {
    relay = transaction.connection().relay();
    ready = Math.max(began, transaction.readyNanos());
    connected = true;
  }

  /** Notes recipients that have the message now. */
  void sent(SmtpTransaction transaction, Map<Recipient, SmtpReply> taken) {
    connected(transaction);
    taken.forEach((recipient, reply) ->
        put(recipient, Status.SENT, EnhancedStatus.of(reply), reply.toString()));
  }

  /** Notes recipients that were refused for good while others get the message. */
  void bounced(List<Refusal> refusals) {
    refusals.forEach(r -> put(r.recipient(), Status.BOUNCED, r.status(), r.text()));
  }

  /** Notes a recipient that an earlier try has settled. */
  void settledEarlier(Recipient recipient, Settled how) {
    switch (how) {
      case DELIVERED ->
          put(recipient, Status.SENT, "2.0.0", "delivered by an earlier try, not sent again");
      case SENDER_TOLD ->
          put(recipient, Status.BOUNCED, "5.0.0", "refused at an earlier try, sender was told");
    }
  }

  /** Returns {@code host[address]:port} of the connection that was in use last. */
  String relay() {
    return relay;
  }

  DeliveryResult delivered(SmtpReply reply) {
    return new DeliveryResult.Delivered(reply, complete(Status.SENT, "2.0.0", ""));
  }

  /** The reply decides for all; the others are told why they were not sent to. */
  DeliveryResult.Refused refused(List<Refusal> refusals) {
    Refusal decisive =
        refusals.stream()
            .filter(refusal -> refusal.reply().isTransientFailure())
            .findFirst()
            .orElse(refusals.getFirst());
    Status status = statusOf(decisive.reply());
    for (Refusal refusal : refusals) {
      put(refusal.recipient(), status, EnhancedStatus.of(refusal.reply()), refusal.text());
    }
    String others =
        "not sent, for <%s> was refused: %s"
            .formatted(decisive.recipient().mailbox().toUtf8String(), decisive.text());
    return new DeliveryResult.Refused(
        Replies.forClient(decisive.reply()),
        complete(status, EnhancedStatus.of(decisive.reply()), others));
  }

  DeliveryResult.Refused refused(MessageRefusedException refusal) {
    SmtpReply reply = refusal.reply();
    return new DeliveryResult.Refused(
        Replies.forClient(reply),
        complete(statusOf(reply), EnhancedStatus.of(reply), String.valueOf(refusal.getMessage())));
  }

  /** All have the message but these, of whom only the client can be told. */
  DeliveryResult.Refused deliveredToOthers(List<Refusal> refusals) {
    return new DeliveryResult.Refused(
        Replies.partlyDelivered(refusals), complete(Status.SENT, "2.0.0", ""));
  }

  DeliveryResult unavailable(NextHopException failure) {
    if (!connected) {
      relay = failure.relay();
    }
    return unavailable(
        failure.replyToClient(), failure.dsn(), String.valueOf(failure.getMessage()));
  }

  DeliveryResult unavailable(SmtpReply reply, String cause) {
    return unavailable(reply, EnhancedStatus.of(reply), cause);
  }

  private DeliveryResult unavailable(SmtpReply reply, String dsn, String cause) {
    return new DeliveryResult.Unavailable(reply, cause, complete(Status.DEFERRED, dsn, cause));
  }

  private static Status statusOf(SmtpReply reply) {
    return reply.isTransientFailure() ? Status.DEFERRED : Status.BOUNCED;
  }

  private void put(Recipient recipient, Status status, String dsn, String text) {
    known.put(recipient, result(recipient, status, dsn, text));
  }

  private List<RecipientResult> complete(Status status, String dsn, String text) {
    List<RecipientResult> all = new ArrayList<>();
    for (Recipient recipient : message.message().envelope().recipients()) {
      RecipientResult result = known.get(recipient);
      all.add(result != null ? result : result(recipient, status, dsn, text));
    }
    return all;
  }

  private RecipientResult result(Recipient recipient, Status status, String dsn, String text) {
    Duration setup = Duration.ofNanos(ready - began);
    Duration transfer = connected ? Duration.ofNanos(System.nanoTime() - ready) : Duration.ZERO;
    if (!connected) {
      setup = Duration.ofNanos(System.nanoTime() - began);
    }
    return new RecipientResult(recipient, relay, new Delays(setup, transfer), status, dsn, text);
  }
}
