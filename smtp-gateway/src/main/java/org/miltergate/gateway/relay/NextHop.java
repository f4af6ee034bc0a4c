package org.miltergate.gateway.relay;

import java.io.Closeable;
import org.miltergate.milter.mail.Recipient;
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
   * Begins a message; does not connect yet.
   *
   * @return to be closed
   */
  Delivery begin(MailParameters mail, DeliveryKind kind);

  /** Begins a message of a client; as {@link #begin(MailParameters, DeliveryKind)}. */
  default Delivery begin(MailParameters mail, MailOrigin origin) {
    return begin(mail, DeliveryKind.MESSAGE);
  }

  /**
   * Returns whether a bounce to that sender can be handed over here. An LMTP server takes mail for
   * its own mailboxes only (RFC 2033, section 5).
   */
  default boolean takesBounces(Recipient sender) {
    return true;
  }

  /**
   * Hands over a message to all its recipients, or to none: if any is refused, nobody gets it.
   *
   * <p>Blocks, each step within its limit, until it is known what became of the message. Every
   * failure is a result; only misuse is an exception. Neither closes nor changes the message.
   *
   * @param message one without {@link OutboundMessage#named} recipients
   */
  default DeliveryResult deliver(OutboundMessage message, DeliveryKind kind) {
    try (Delivery delivery = begin(MailParameters.of(message), kind)) {
      return switch (delivery.content(message)) {
        case Progress.Ended(DeliveryResult result) -> result;
        case Progress.Refused ready ->
            switch (delivery.commit(SenderNotice.NEEDLESS)) {
              case Progress.Ended(DeliveryResult result) -> result;
              case Progress.Refused late -> delivery.settle(SenderNotice.IMPOSSIBLE);
            };
      };
    }
  }

  /** Hands over a message of a client; as {@link #deliver(OutboundMessage, DeliveryKind)}. */
  default DeliveryResult deliver(OutboundMessage message) {
    return deliver(message, DeliveryKind.MESSAGE);
  }

  /** Lets go of idle connections. Deliveries that are in progress go on. */
  @Override
  void close();
}
