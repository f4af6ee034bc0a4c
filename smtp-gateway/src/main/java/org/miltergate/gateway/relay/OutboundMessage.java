package org.miltergate.gateway.relay;

import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;

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
 * @param named recipients that the client named. Others of them get the message where some are
 *     refused permanently, and the sender is told; empty if it goes to all recipients or to none
 * @param sinceNanos when the client began to wait for its reply, with its final dot, in {@link
 *     System#nanoTime}
 */
public record OutboundMessage(
    String queueId,
    MailMessage message,
    Bytes received,
    Set<MailOption> options,
    Supplier<Optional<Bytes>> identity,
    List<Recipient> named,
    long sinceNanos) {
  public OutboundMessage {
    Objects.requireNonNull(queueId, "queueId");
    Objects.requireNonNull(received, "received");
    Objects.requireNonNull(identity, "identity");
    options = Set.copyOf(options);
    named = List.copyOf(named);
    if (message.envelope().recipients().isEmpty()) {
      throw new IllegalArgumentException("message " + queueId + " has no recipient");
    }
  }

  /** Creates a message that goes to all its recipients or to none, and that no client waits for. */
  public OutboundMessage(
      String queueId,
      MailMessage message,
      Bytes received,
      Set<MailOption> options,
      Supplier<Optional<Bytes>> identity) {
    this(queueId, message, received, options, identity, List.of(), System.nanoTime());
  }

  /** As above, where the identity is known beforehand. */
  public OutboundMessage(
      String queueId,
      MailMessage message,
      Bytes received,
      Set<MailOption> options,
      Bytes identity) {
    this(queueId, message, received, options, () -> Optional.of(identity));
  }

  /**
   * Returns whether the sender is to be told of refused recipients by a notice, because one reply
   * cannot tell the client of both: of them, and of a recipient it named that gets the message. If
   * not, the refusal is the reply to the client.
   *
   * @param others recipients that get the message, or have got it by an earlier try
   */
  public boolean wantsNotice(Collection<Recipient> others) {
    return others.stream()
        .anyMatch(other -> named.stream().anyMatch(r -> r.sameMailbox(other.mailbox())));
  }

  /** Returns the same for some of its recipients, at least one. */
  public OutboundMessage to(List<Recipient> some) {
    return new OutboundMessage(
        queueId,
        new MailMessage(
            new Envelope(message.envelope().sender(), some),
            message.aboveReceived(),
            message.header(),
            message.separator(),
            message.body()),
        received,
        options,
        identity,
        named,
        sinceNanos);
  }

  /**
   * Returns about how many bytes the next hop gets, without stuffed dots; for the SIZE argument.
   */
  public long length() {
    return received.length() + message.length();
  }
}
