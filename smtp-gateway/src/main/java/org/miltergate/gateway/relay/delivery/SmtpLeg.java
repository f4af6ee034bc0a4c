package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.Terms;
import org.miltergate.milter.mail.Recipient;

/**
 * A leg by SMTP or LMTP: recipients are offered as they come in one transaction, which the message
 * then goes through, with others if it needs more.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class SmtpLeg implements Leg {
  private final Connections connections;
  private final Set<Terms> terms;
  private final SmtpRecipientCheck check;
  private @Nullable OpenTransactions open;

  SmtpLeg(MailParameters mail, Connections connections, Set<Terms> terms) {
    this.connections = connections;
    this.terms = terms;
    this.check = new SmtpRecipientCheck(mail, connections);
  }

  @Override
  public RecipientAnswer offer(Recipient recipient) {
    return check.offer(recipient);
  }

  @Override
  public void offer(OutboundMessage message, DeliveryReport.Line line, boolean alone)
      throws IOException {
    OpenTransactions transactions = open;
    if (transactions == null) {
      transactions = new OpenTransactions(message, connections, line, terms, alone);
      open = transactions;
      check.handOut().ifPresent(transactions::begin);
    }
    transactions.offer(message.message().envelope().recipients());
  }

  @Override
  public boolean startOver() {
    return open != null && open.startOver();
  }

  @Override
  public List<Begun> handovers() {
    return open == null ? List.of() : open.all();
  }

  @Override
  public List<Refusal> refused() {
    return open == null ? List.of() : open.refused();
  }

  @Override
  public void close() {
    check.close();
    if (open != null) {
      open.release();
    }
  }
}
