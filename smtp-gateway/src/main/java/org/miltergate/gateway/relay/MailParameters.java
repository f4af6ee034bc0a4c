package org.miltergate.gateway.relay;

import java.util.Objects;
import java.util.Set;
import org.miltergate.milter.mail.Sender;

/**
 * The parameters of MAIL for the next hop.
 *
 * @param options what is declared about the message
 * @param length about how many bytes the next hop will get, for the SIZE argument; 0 if not known
 */
public record MailParameters(Sender sender, Set<MailOption> options, long length) {
  public MailParameters {
    Objects.requireNonNull(sender, "sender");
    options = Set.copyOf(options);
    if (length < 0) {
      throw new IllegalArgumentException("length must not be below zero, was " + length);
    }
  }

  public static MailParameters of(OutboundMessage message) {
    return new MailParameters(
        message.message().envelope().sender(), message.options(), message.length());
  }

  /** Returns whether a transaction that was begun with those can carry a message with these. */
  public boolean canFollow(MailParameters begun) {
    return sender.equals(begun.sender) && options.equals(begun.options);
  }
}
