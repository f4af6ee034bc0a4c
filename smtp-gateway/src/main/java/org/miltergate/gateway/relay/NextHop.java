package org.miltergate.gateway.relay;

import java.io.Closeable;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;

/**
 * Where accepted messages go.
 *
 * <p>Thread-safe: one next hop serves all sessions.
 */
public interface NextHop extends Closeable {
  /** For the client, where our own disk is full. */
  SmtpReply DISK_FULL = StandardReplies.NO_STORAGE;

  /** For the client, where anything else is wrong with our own disk. */
  SmtpReply LOCAL_PROBLEM = SmtpReply.of(451, "4.3.0 Local problem - try again later");

  /**
   * Hands over a message to all its recipients, or to none of them; or to some, if the others are
   * refused for good and {@link OutboundMessage#notice} tells the sender so.
   *
   * <p>Blocks, each step within its limit, until it is known what became of the message. Every
   * failure is a result; only misuse is an exception. {@link DeliveryResult.Delivered} is returned
   * once the next hop is answerable for the message; until then the caller is. Neither closes nor
   * changes the message.
   */
  DeliveryResult deliver(OutboundMessage message);

  /**
   * Returns whether mail to senders can be handed over here, as a bounce is. An LMTP server takes
   * mail for its own mailboxes only (RFC 2033, section 5).
   */
  default boolean takesBounces() {
    return true;
  }

  /**
   * Hands over a notice about a message that is being delivered by this thread; as {@link
   * #deliver}, but never waits for that message to end.
   */
  default DeliveryResult deliverNotice(OutboundMessage notice) {
    return deliver(notice);
  }

  /**
   * Begins a message whose recipients are to be offered one by one; does not connect yet. A next
   * hop that takes any recipient is asked nothing.
   *
   * @return to be closed
   */
  default RecipientCheck check(MailParameters mail) {
    return RecipientCheck.none(this);
  }

  /** Lets go of idle connections. Deliveries that are under way go on. */
  @Override
  void close();
}
