package org.miltergate.gateway.relay.delivery;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.Delays;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.Replies;
import org.miltergate.gateway.relay.ReplyStatus;
import org.miltergate.gateway.relay.delivery.DeliveredLedger.Settled;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Assembles the results of one delivery.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class DeliveryReport {
  private final OutboundMessage message;
  private final long began = System.nanoTime();
  private final Map<Recipient, RecipientResult> known = new HashMap<>();
  private final Map<Recipient, Line> lines = new HashMap<>();
  private final Line none = new Line();

  DeliveryReport(OutboundMessage message) {
    this.message = message;
  }

  /** The connection in use to one next hop, for the log. */
  public final class Line {
    private String relay = "none";
    private long ready = began;
    private boolean connected;

    private Line() {}

    /**
     * Notes the connection that is in use from now on.
     *
     * @param name {@code host[address]:port}
     * @param readyNanos when it could be used, in {@link System#nanoTime}
     */
    public void connected(String name, long readyNanos) {
      relay = name;
      ready = Math.max(began, readyNanos);
      connected = true;
    }

    /** Notes why there is none. */
    void failed(NextHopException failure) {
      if (!connected) {
        relay = failure.relay();
      }
    }

    /** Returns the name of the connection that was in use last. */
    String relay() {
      return relay;
    }

    private Delays delays() {
      long now = System.nanoTime();
      return connected
          ? new Delays(Duration.ofNanos(ready - began), Duration.ofNanos(now - ready))
          : new Delays(Duration.ofNanos(now - began), Duration.ZERO);
    }
  }

  /** Starts to note which connection some recipients are served by. */
  Line line(Collection<Recipient> recipients) {
    Line line = new Line();
    recipients.forEach(recipient -> lines.put(recipient, line));
    return line;
  }

  /** Notes recipients that have the message now. */
  void sent(Map<Recipient, CommitResult.Taken> taken) {
    taken.forEach(
        (recipient, how) -> put(recipient, Status.SENT, ReplyStatus.of(how.reply()), how.text()));
  }

  /** Notes recipients that were refused permanently while others get the message. */
  void bounced(List<Refusal> refusals) {
    refusals.forEach(r -> put(r.recipient(), Status.BOUNCED, r.status(), r.text()));
  }

  /** Notes a recipient that an earlier try has settled. */
  void settledEarlier(Recipient recipient, Settled how) {
    switch (how) {
      case DELIVERED ->
          put(recipient, Status.SENT, "2.0.0", "delivered at an earlier try, not sent again");
      case SENDER_TOLD ->
          put(recipient, Status.BOUNCED, "5.0.0", "refused at an earlier try, sender was told");
    }
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
      put(refusal.recipient(), status, ReplyStatus.of(refusal.reply()), refusal.text());
    }
    String others =
        "not sent, because <%s> was refused: %s"
            .formatted(decisive.recipient().mailbox().toUtf8String(), decisive.text());
    return new DeliveryResult.Refused(
        Replies.forClient(decisive.reply()),
        complete(status, ReplyStatus.of(decisive.reply()), others));
  }

  /** All have the message except these, of whom only the client can be told. */
  DeliveryResult.Refused deliveredToOthers(List<Refusal> refusals) {
    return new DeliveryResult.Refused(
        Replies.partlyDelivered(refusals), complete(Status.SENT, "2.0.0", ""));
  }

  DeliveryResult unavailable(NextHopException failure) {
    return unavailable(
        failure.replyToClient(), failure.dsn(), String.valueOf(failure.getMessage()));
  }

  DeliveryResult unavailable(SmtpReply reply, String cause) {
    return unavailable(reply, ReplyStatus.of(reply), cause);
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
    Line line = lines.getOrDefault(recipient, none);
    return new RecipientResult(recipient, line.relay(), line.delays(), status, dsn, text);
  }
}
