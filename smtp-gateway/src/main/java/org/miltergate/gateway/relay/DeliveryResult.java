package org.miltergate.gateway.relay;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.mail.SmtpReply;

/**
 * How a delivery ended.
 *
 * <p>Immutable and thread-safe.
 */
public sealed interface DeliveryResult {

  /** Returns the result for each recipient, in the order of the envelope. */
  List<RecipientResult> recipients();

  /**
   * The next hop has taken the message for all recipients, except for those that it refuses
   * permanently and of whom the sender was told, or is not to be told.
   *
   * @param reply what it said to the last part of the message, to be told to the client
   */
  record Delivered(SmtpReply reply, List<RecipientResult> recipients) implements DeliveryResult {
    public Delivered {
      if (!reply.isPositive()) {
        throw new IllegalArgumentException("reply to a delivery must be 2xx, was " + reply.code());
      }
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * The next hop refused the message or a recipient. Where {@link #recipients} says so, others have
   * the message, and the reply says the same.
   *
   * @param reply for the client: the next hop's own, 4xx or 5xx, never one that closes a connection
   */
  record Refused(SmtpReply reply, List<RecipientResult> recipients) implements DeliveryResult {
    public Refused {
      Replies.requireRefusal(reply);
      recipients = List.copyOf(recipients);
    }
  }

  /**
   * The next hop could not be asked, or it is not known what it did.
   *
   * @param reply for the client: 4xx
   * @param cause for the log: what was seen, and where
   */
  record Unavailable(SmtpReply reply, String cause, List<RecipientResult> recipients)
      implements DeliveryResult {
    public Unavailable {
      Objects.requireNonNull(cause, "cause");
      Replies.requireRefusal(reply);
      if (!reply.isTransientFailure()) {
        throw new IllegalArgumentException("reply must be 4xx, was " + reply.code());
      }
      recipients = List.copyOf(recipients);
    }
  }
}
