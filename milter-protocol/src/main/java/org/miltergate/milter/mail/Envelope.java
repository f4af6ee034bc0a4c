package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;

/**
 * The sender and the recipients of a message.
 *
 * @param recipients in order; may be empty
 */
public record Envelope(Sender sender, List<Recipient> recipients) {
  public Envelope {
    Objects.requireNonNull(sender, "sender");
    recipients = List.copyOf(recipients);
  }
}
