package org.miltergate.gateway.relay.delivery;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.Replies;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.PooledConnection;
import org.miltergate.gateway.relay.peer.Terms;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Offers recipients by SMTP as they come, in a transaction that the message then goes through.
 *
 * <p>When the next hop takes no more recipients in one transaction, it is started again on the same
 * connection: those of the former are offered once more with the message, which then goes in
 * several transactions.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class SmtpRecipientCheck {
  /** A client waits five minutes for its reply to RCPT (RFC 5321, section 4.5.3.2.3). */
  private static final Duration LONGEST_OFFER = Duration.ofMinutes(2);

  /** Shorter than a next hop waits for a command, which is five minutes as a rule. */
  static final Duration LONGEST_HOLD = Duration.ofSeconds(30);

  private final MailParameters mail;
  private final Connections connections;
  private @Nullable Begun begun;

  /** Whether the connection of the transaction waits where others may give it up. */
  private boolean held;

  private RecipientAnswer.@Nullable Refused senderRefused;

  SmtpRecipientCheck(MailParameters mail, Connections connections) {
    this.mail = mail;
    this.connections = connections;
  }

  /** Asks about one recipient; every failure is an answer. */
  RecipientAnswer offer(Recipient recipient) {
    if (senderRefused != null) {
      return senderRefused;
    }
    DeliveryDeadline deadline = DeliveryDeadline.in(LONGEST_OFFER);
    try {
      RecipientAnswer answer = ask(recipient, deadline);
      if (begun != null) {
        connections.held().hold(begun.connection(), LONGEST_HOLD);
        held = true;
      }
      return answer;
    } catch (MessageRefusedException e) {
      close();
      return refusedSender(e);
    } catch (NextHopException e) {
      release(); // its connection is closed
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
    Begun before = begun;
    if (before != null && resume(before)) {
      before.connection().smtp().limitTo(deadline);
      if (before.transaction().room() > 0) {
        try {
          RecipientAnswer answer = ask(recipient, before);
          if (before.transaction().postponed().isEmpty()) {
            return answer;
          }
        } catch (NextHopException e) {
          release();
          return askAnew(recipient, deadline);
        }
      }
      release();
    }
    return askAnew(recipient, deadline);
  }

  /** Asks in a new transaction. */
  private RecipientAnswer askAnew(Recipient recipient, DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    begun = null;
    Begun first = Begun.on(connections.take(deadline, Set.of()), mail);
    try {
      return ask(recipient, first);
    } catch (NextHopException e) {
      // An old connection may have reached its end just now, or another server may be there.
      if (!e.isConnectionGone()) {
        throw e;
      }
      first.connection().avoidServer();
      release();
    }
    PooledConnection another = connections.take(deadline, Set.of(Terms.NEW));
    return ask(recipient, Begun.on(another, mail));
  }

  private RecipientAnswer ask(Recipient recipient, Begun in)
      throws NextHopException, MessageRefusedException {
    begun = in;
    SmtpTransaction asked = in.transaction();
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

  /** Gives away the transaction that was begun, if it can go on. */
  Optional<Begun> handOut() {
    Begun before = begun;
    begun = null;
    return before != null && resume(before) ? Optional.of(before) : Optional.empty();
  }

  /** Gives up what is not finished, and gives the connection back. */
  void close() {
    Begun before = begun;
    if (before != null && resume(before)) {
      release();
    }
    begun = null;
  }

  /** Returns whether a transaction that was begun can go on. */
  private boolean resume(Begun before) {
    boolean wasHeld = held;
    held = false;
    return wasHeld ? connections.held().take(before.connection()) : before.connection().resume();
  }

  private void release() {
    Begun before = begun;
    begun = null;
    if (before != null) {
      before.release();
    }
  }
}
