package org.miltergate.gateway.relay;

import java.util.Objects;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;

/**
 * A message on its way to the next hop.
 *
 * @param queueId names it in logs
 * @param message envelope and content, at least one recipient
 * @param received our own Received field with its line end, or no bytes
 * @param options what is declared to the next hop
 * @param identity the same bytes whenever a client sends the same message again, and others for any
 *     other message: a digest of the content as the client sent it. A retry is told by it, see
 *     {@link DeliveredLedger}.
 */
public record OutboundMessage(
    String queueId, MailMessage message, Bytes received, Set<MailOption> options, Bytes identity) {
  public OutboundMessage {
    Objects.requireNonNull(queueId, "queueId");
    Objects.requireNonNull(received, "received");
    Objects.requireNonNull(identity, "identity");
    options = Set.copyOf(options);
    if (message.envelope().recipients().isEmpty()) {
      throw new IllegalArgumentException("message " + queueId + " has no recipient");
    }
  }

  /**
   * Returns about how many bytes the next hop gets, without stuffed dots; for the SIZE argument.
   */
  public long length() {
    return received.length() + message.length();
  }
}
