package org.miltergate.gateway.relay.delivery;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/** Tells the sender by a message through the same next hop, as the gateway does. */
final class BouncingNotice implements SenderNotice {
  static final String CONTENT = "Subject: bounce\r\n\r\n";

  private final NextHop hop;
  private final List<List<String>> given = new ArrayList<>();
  private boolean needless;

  BouncingNotice(NextHop hop) {
    this.hop = hop;
  }

  BouncingNotice needless() {
    needless = true;
    return this;
  }

  /** Returns for each notice whom it was about. */
  List<List<String>> given() {
    return given;
  }

  @Override
  public boolean isDue(Collection<Recipient> others) {
    return !others.isEmpty();
  }

  @Override
  public Outcome give(List<Refusal> refused) {
    if (needless) {
      return Outcome.NEEDLESS;
    }
    if (!hop.takesBounces()) {
      return Outcome.BY_REPLY;
    }
    given.add(refused.stream().map(r -> r.recipient().mailbox().toString()).toList());
    return hop.deliverNotice(bounce()) instanceof DeliveryResult.Delivered
        ? Outcome.GIVEN
        : Outcome.IMPOSSIBLE;
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

  OutboundMessage to(String... mailboxes) throws Exception {
    OutboundMessage plain = Mail.to(mailboxes);
    return new OutboundMessage(
        plain.queueId(),
        plain.message(),
        plain.received(),
        plain.options(),
        plain.identity(),
        this);
  }
}
