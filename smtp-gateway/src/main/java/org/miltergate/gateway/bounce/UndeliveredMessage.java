package org.miltergate.gateway.bounce;

import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;

/**
 * A message that some of its recipients do not get.
 *
 * @param message as the other recipients get it; its sender gets the bounce
 * @param received our own Received field with its line end, or no bytes
 * @param options what was declared about it
 * @param arrived when the client sent it
 */
public record UndeliveredMessage(
    MailMessage message, Bytes received, Set<MailOption> options, Instant arrived) {
  public UndeliveredMessage {
    Objects.requireNonNull(message, "message");
    Objects.requireNonNull(received, "received");
    Objects.requireNonNull(arrived, "arrived");
    options = Set.copyOf(options);
  }
}
