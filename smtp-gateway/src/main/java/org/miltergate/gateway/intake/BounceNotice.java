package org.miltergate.gateway.intake;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.miltergate.gateway.bounce.Bounce;
import org.miltergate.gateway.bounce.BounceComposer;
import org.miltergate.gateway.bounce.BounceForm;
import org.miltergate.gateway.bounce.UndeliveredMessage;
import org.miltergate.gateway.log.SessionLog;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryLog;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.gateway.smtp.session.ServerContext;
import org.miltergate.milter.dsn.RecipientDsn;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Notifies the sender of one message by a bounce through the next hop.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
final class BounceNotice {
  private final ServerContext server;
  private final SessionLog log;
  private final UndeliveredMessage message;

  BounceNotice(ServerContext server, SessionLog log, UndeliveredMessage message) {
    this.server = server;
    this.log = log;
    this.message = message;
  }

  /**
   * Hands over a bounce, if one is wanted. Blocks until it is known what became of it; throws
   * nothing for what a peer or a disk does.
   *
   * @param refused all with 5xx; may be empty
   */
  SenderNotice give(List<Refusal> refused) {
    if (refused.isEmpty()) {
      return SenderNotice.NEEDLESS;
    }
    if (message.message().envelope().sender().isNull()) {
      log.notBounced("the sender is the null sender");
      return SenderNotice.NEEDLESS;
    }
    List<Refusal> wanted =
        refused.stream()
            .filter(r -> RecipientDsn.of(r.recipient().arguments()).wantsFailure())
            .toList();
    if (wanted.isEmpty()) {
      log.notBounced("the sender wants no failure notices");
      return SenderNotice.NEEDLESS;
    }
    if (!server.nextHop().takesBounces(sender())) {
      log.notBounced("the next hop accepts no bounces, the client is told");
      return SenderNotice.BY_REPLY;
    }
    BounceForm form = BounceComposer.formFor(message, wanted);
    DeliveryResult result = send(form, wanted);
    if (result instanceof DeliveryResult.Refused(SmtpReply reply, var all)
        && reply.isPermanentFailure()
        && form != BounceForm.ASCII) {
      result = send(BounceForm.ASCII, wanted);
    }
    return result instanceof DeliveryResult.Delivered
        ? SenderNotice.GIVEN
        : SenderNotice.IMPOSSIBLE;
  }

  private Recipient sender() {
    return new Recipient(message.message().envelope().sender().path(), List.of());
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
      DeliveryResult result = server.nextHop().deliver(bounce.outbound(), DeliveryKind.NOTICE);
      Afterwards.run(
          "bounce is logged",
          () -> log.bounced(bounce, DeliveryLog.lines(queueId, Duration.ZERO, result)));
      return result;
    } finally {
      Afterwards.run("bounce is dropped", bounce::close);
    }
  }
}
