package org.miltergate.gateway.relay.delivery;

import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;

/** Tells the sender by a message through the same next hop, as the gateway does. */
public final class BouncingNotice {
  static final String CONTENT = "Subject: bounce\r\n\r\n";

  private final @Nullable NextHop hop;
  private final List<List<String>> given = new ArrayList<>();
  private boolean needless;

  /** Tells nobody. */
  static BouncingNotice none() {
    return new BouncingNotice(null).needless();
  }

  public BouncingNotice(@Nullable NextHop hop) {
    this.hop = hop;
  }

  public BouncingNotice needless() {
    needless = true;
    return this;
  }

  /** Returns for each notice whom it was about. */
  public List<List<String>> given() {
    return given;
  }

  /** Goes through both phases, and tells the sender between them. */
  public DeliveryResult deliver(NextHop to, OutboundMessage message) {
    try (Delivery delivery = to.begin(MailParameters.of(message), DeliveryKind.MESSAGE)) {
      return deliver(delivery, message);
    }
  }

  public DeliveryResult deliver(Delivery delivery, OutboundMessage message) {
    return switch (delivery.content(message)) {
      case Progress.Ended(DeliveryResult result) -> result;
      case Progress.Refused(List<Refusal> refused) -> {
        SenderNotice told = give(refused);
        yield told == SenderNotice.IMPOSSIBLE
            ? delivery.drop(
                SmtpReply.of(
                    451, "4.5.3 Sender cannot be told of refused recipients - try again later"),
                "sender cannot be told")
            : switch (delivery.commit(told)) {
              case Progress.Ended(DeliveryResult result) -> result;
              case Progress.Refused(List<Refusal> late) -> delivery.settle(give(late));
            };
      }
    };
  }

  private SenderNotice give(List<Refusal> refused) {
    if (refused.isEmpty()) {
      return SenderNotice.NEEDLESS;
    }
    if (needless) {
      return SenderNotice.NEEDLESS;
    }
    NextHop through = Objects.requireNonNull(hop, "nobody is to be told");
    if (!through.takesBounces(Mail.recipient("sender@example.org"))) {
      return SenderNotice.BY_REPLY;
    }
    given.add(refused.stream().map(r -> r.recipient().mailbox().toString()).toList());
    return through.deliver(bounce(), DeliveryKind.NOTICE) instanceof DeliveryResult.Delivered
        ? SenderNotice.GIVEN
        : SenderNotice.IMPOSSIBLE;
  }

  private static OutboundMessage bounce() {
    try {
      MailMessage content = Mail.text(CONTENT, "sender@example.org").message();
      Envelope envelope =
          new Envelope(
              new Sender(Bytes.ofLatin1("<>"), List.of()), content.envelope().recipients());
      return new OutboundMessage(
          "bounce",
          new MailMessage(envelope, content.header(), content.separator(), content.body()),
          Bytes.EMPTY,
          Set.of(),
          Bytes.ofLatin1("bounce"));
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  public OutboundMessage to(String... mailboxes) throws Exception {
    OutboundMessage plain = Mail.to(mailboxes);
    return new OutboundMessage(
        plain.queueId(),
        plain.message(),
        plain.received(),
        plain.options(),
        plain.identity(),
        plain.message().envelope().recipients(),
        plain.sinceNanos());
  }
}
