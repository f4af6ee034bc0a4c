package org.miltergate.gateway.relay;

import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;

/**
 * A message on its way to the next hop.
 *
 * @param queueId names it in logs
 * @param message envelope and content, at least one recipient
 * @param received our own Received field with its line end, or no bytes
 * @param options what is declared to the next hop
 * @param identity gives the same bytes whenever the same client sends the same message again, and
 *     others for any other message: a digest of the client, the sender and the content as the
 *     client sent it. A retry is recognized by it, so that those who have the message do not get it
 *     again. Gives nothing if a retry cannot be told from a new message that happens to be equal.
 *     Asked for only when it is needed, because a digest of a large message costs more than all the
 *     rest; only while the message is delivered
 * @param notice tells the sender of refused recipients where others get the message
 * @param client waits for the reply
 */
public record OutboundMessage(
    String queueId,
    MailMessage message,
    Bytes received,
    Set<MailOption> options,
    Supplier<Optional<Bytes>> identity,
    SenderNotice notice,
    WaitingClient client) {
  public OutboundMessage {
    Objects.requireNonNull(queueId, "queueId");
    Objects.requireNonNull(received, "received");
    Objects.requireNonNull(identity, "identity");
    Objects.requireNonNull(notice, "notice");
    Objects.requireNonNull(client, "client");
    options = Set.copyOf(options);
    if (message.envelope().recipients().isEmpty()) {
      throw new IllegalArgumentException("message " + queueId + " has no recipient");
    }
  }

  /** Makes a message that no client waits for. */
  public OutboundMessage(
      String queueId,
      MailMessage message,
      Bytes received,
      Set<MailOption> options,
      Supplier<Optional<Bytes>> identity,
      SenderNotice notice) {
    this(queueId, message, received, options, identity, notice, WaitingClient.none());
  }

  /** Makes a message that goes to all its recipients or to none. */
  public OutboundMessage(
      String queueId,
      MailMessage message,
      Bytes received,
      Set<MailOption> options,
      Supplier<Optional<Bytes>> identity) {
    this(queueId, message, received, options, identity, SenderNotice.NONE);
  }

  /** Makes a message whose identity is known beforehand, to all its recipients or to none. */
  public OutboundMessage(
      String queueId,
      MailMessage message,
      Bytes received,
      Set<MailOption> options,
      Bytes identity) {
    this(queueId, message, received, options, () -> Optional.of(identity));
  }

  /**
   * Returns about how many bytes the next hop gets, without stuffed dots; for the SIZE argument.
   */
  public long length() {
    return received.length() + message.length();
  }
}
