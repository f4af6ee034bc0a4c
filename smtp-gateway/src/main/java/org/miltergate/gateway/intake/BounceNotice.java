package org.miltergate.gateway.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import org.miltergate.gateway.bounce.Bounce;
import org.miltergate.gateway.bounce.BounceComposer;
import org.miltergate.gateway.bounce.BounceForm;
import org.miltergate.gateway.bounce.UndeliveredMessage;
import org.miltergate.gateway.log.SessionLog;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.DeliveryLog;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.gateway.smtp.session.ServerContext;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.milter.dsn.RecipientDsn;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Notifies the sender of one message by a bounce through the next hop.
 *
 * <p>It is needed if a recipient named by the client gets the message, because one reply cannot
 * tell the client both. If only recipients added by milters would get it, the refusal is the reply.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
final class BounceNotice implements SenderNotice {
  private final ServerContext server;
  private final SessionLog log;
  private final Transaction transaction;
  private final UndeliveredMessage message;

  BounceNotice(
      ServerContext server, SessionLog log, Transaction transaction, UndeliveredMessage message) {
    this.server = server;
    this.log = log;
    this.transaction = transaction;
    this.message = message;
  }

  @Override
  public boolean isDue(Collection<Recipient> others) {
    List<Recipient> named = transaction.recipients();
    return others.stream()
        .anyMatch(other -> named.stream().anyMatch(r -> r.sameMailbox(other.mailbox())));
  }

  @Override
  public Outcome give(List<Refusal> refused) {
    if (message.message().envelope().sender().isNull()) {
      log.notBounced("the sender is the null sender");
      return Outcome.NEEDLESS;
    }
    List<Refusal> wanted =
        refused.stream()
            .filter(r -> RecipientDsn.of(r.recipient().arguments()).wantsFailure())
            .toList();
    if (wanted.isEmpty()) {
      log.notBounced("the sender wants no notices of failures");
      return Outcome.NEEDLESS;
    }
    if (!server.nextHop().takesBounces()) {
      log.notBounced("the next hop takes no bounces, the client is told");
      return Outcome.BY_REPLY;
    }
    BounceForm form = BounceComposer.formFor(message, wanted);
    DeliveryResult result = send(form, wanted);
    if (result instanceof DeliveryResult.Refused(SmtpReply reply, var all)
        && reply.isPermanentFailure()
        && form != BounceForm.ASCII) {
      result = send(BounceForm.ASCII, wanted);
    }
    return result instanceof DeliveryResult.Delivered ? Outcome.GIVEN : Outcome.IMPOSSIBLE;
  }

  private DeliveryResult send(BounceForm form, List<Refusal> refused) {
    String queueId = server.queueIds().next();
    Bounce bounce;
    try {
      bounce = server.bounces().compose(queueId, form, message, refused);
    } catch (IOException e) {
      log.mailAtRisk("cannot make a bounce", e);
      return new DeliveryResult.Unavailable(
          MessageRouter.NO_STORAGE, String.valueOf(e.getMessage()), List.of());
    }
    try {
      DeliveryResult result = server.nextHop().deliverNotice(bounce.outbound());
      Afterwards.run(
          "bounce is logged",
          () -> log.bounced(bounce, DeliveryLog.lines(queueId, Duration.ZERO, result)));
      return result;
    } finally {
      Afterwards.run("bounce is dropped", bounce::close);
    }
  }
}
