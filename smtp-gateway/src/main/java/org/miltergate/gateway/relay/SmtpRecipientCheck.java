package org.miltergate.gateway.relay;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Offers recipients by SMTP as they come, in a transaction that the message then goes through.
 *
 * <p>When the next hop takes no more recipients in one transaction, it is begun anew on the same
 * connection: those of the former are offered once more with the message, which then goes in
 * several transactions.
 *
 * <p>Confined to one thread.
 */
final class SmtpRecipientCheck implements RecipientCheck {
  /** A client waits five minutes for its reply to RCPT (RFC 5321, section 4.5.3.2.3). */
  private static final Duration LONGEST_OFFER = Duration.ofMinutes(2);

  /** Shorter than a next hop waits for a command, which is five minutes as a rule. */
  static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  private final MailParameters mail;
  private final Connections connections;
  private final DeliveredLedger ledger;
  private @Nullable SmtpTransaction transaction;

  /** Whether the connection of the transaction waits where others may give it up. */
  private boolean held;

  private RecipientAnswer.@Nullable Refused senderRefused;

  SmtpRecipientCheck(MailParameters mail, Connections connections, DeliveredLedger ledger) {
    this.mail = mail;
    this.connections = connections;
    this.ledger = ledger;
  }

  @Override
  public RecipientAnswer offer(Recipient recipient) {
    if (senderRefused != null) {
      return senderRefused;
    }
    DeliveryDeadline deadline = DeliveryDeadline.in(LONGEST_OFFER);
    try {
      RecipientAnswer answer = ask(recipient, deadline);
      if (transaction != null) {
        connections.held().hold(transaction.connection(), LONGEST_HOLD);
        held = true;
      }
      return answer;
    } catch (MessageRefusedException e) {
      close();
      return refusedSender(e);
    } catch (NextHopException e) {
      transaction = null; // its connection is closed
      return new RecipientAnswer.Unavailable(e.replyToClient(), String.valueOf(e.getMessage()));
    }
  }

  /** The same is to be said to all recipients of the message, as far as the next hop decided. */
  private RecipientAnswer refusedSender(MessageRefusedException e) {
    RecipientAnswer.Refused refused = refused(e);
    if (e.reply().isPermanentFailure()) {
      senderRefused = refused;
    }
    return refused;
  }

  private static RecipientAnswer.Refused refused(MessageRefusedException e) {
    return new RecipientAnswer.Refused(
        Replies.forClient(e.reply()), String.valueOf(e.getMessage()));
  }

  private RecipientAnswer ask(Recipient recipient, DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    SmtpTransaction begun = transaction;
    if (begun != null && resume(begun)) {
      begun.connection().limitTo(deadline);
      if (begun.room() > 0) {
        try {
          RecipientAnswer answer = ask(recipient, begun);
          if (begun.postponed().isEmpty()) {
            return answer;
          }
        } catch (NextHopException e) {
          return askAnew(recipient, deadline);
        }
      }
      release(begun);
    }
    return askAnew(recipient, deadline);
  }

  /** Asks in a new transaction. */
  private RecipientAnswer askAnew(Recipient recipient, DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    transaction = null;
    SmtpTransaction first = new SmtpTransaction(connections.take(deadline, Set.of()), mail);
    try {
      return ask(recipient, first);
    } catch (NextHopException e) {
      // An old connection may have reached its end just now, or another server may be there.
      if (!e.isConnectionGone()) {
        throw e;
      }
      first.connection().avoidServer();
    }
    SmtpConnection another = connections.take(deadline, Set.of(Terms.NEW));
    return ask(recipient, new SmtpTransaction(another, mail));
  }

  private RecipientAnswer ask(Recipient recipient, SmtpTransaction asked)
      throws NextHopException, MessageRefusedException {
    transaction = asked;
    asked.settle();
    try {
      NextHopFit.require(mail, recipient, asked.connection().extensions());
      NextHopFit.requireTls(mail.options(), asked.connection());
    } catch (MessageRefusedException e) {
      return refused(e);
    }
    asked.offer(List.of(recipient));
    if (asked.refused().isEmpty()) {
      return new RecipientAnswer.Taken();
    }
    Refusal refusal = asked.refused().getFirst();
    SmtpReply reply = Replies.forClient(refusal.reply());
    return new RecipientAnswer.Refused(reply, refusal.text());
  }

  @Override
  public DeliveryResult deliver(OutboundMessage message) {
    SmtpDelivery delivery = new SmtpDelivery(message, connections, ledger, Set.of());
    SmtpTransaction begun = transaction;
    transaction = null;
    return begun != null && resume(begun) ? delivery.run(begun) : delivery.run();
  }

  @Override
  public void close() {
    SmtpTransaction begun = transaction;
    transaction = null;
    if (begun != null && resume(begun)) {
      release(begun);
    }
  }

  /** Returns whether a transaction that was begun can go on. */
  private boolean resume(SmtpTransaction begun) {
    boolean wasHeld = held;
    held = false;
    return wasHeld ? connections.held().take(begun.connection()) : begun.connection().resume();
  }

  private void release(SmtpTransaction given) {
    if (given.end()) {
      connections.giveBack(given.connection());
    }
  }
}
