package org.miltergate.gateway.relay;

import java.util.Objects;
import org.miltergate.milter.mail.Recipient;

/**
 * The result for one recipient of a message.
 *
 * @param relay {@code host[address]:port} of the next hop, or {@code none} without a connection
 * @param status of this recipient; one that was not refused itself shares that of the message
 * @param dsn enhanced status code (RFC 3463), such as {@code 2.1.5}
 * @param text why, as in the brackets of Postfix's log line
 */
public record RecipientResult(
    Recipient recipient, String relay, Delays delays, Status status, String dsn, String text) {

  /** Word of Postfix's log for how a delivery ended. */
  public enum Status {
    /** The next hop has taken the message for this recipient. */
    SENT,
    /** The client was told not to try again, or the sender that it was refused. */
    BOUNCED,
    /** The client was told to try later. */
    DEFERRED;

    /** Returns the word as it is logged. */
    public String word() {
      return switch (this) {
        case SENT -> "sent";
        case BOUNCED -> "bounced";
        case DEFERRED -> "deferred";
      };
    }
  }

  public RecipientResult {
    Objects.requireNonNull(recipient, "recipient");
    Objects.requireNonNull(relay, "relay");
    Objects.requireNonNull(delays, "delays");
    Objects.requireNonNull(status, "status");
    Objects.requireNonNull(dsn, "dsn");
    Objects.requireNonNull(text, "text");
  }
}
