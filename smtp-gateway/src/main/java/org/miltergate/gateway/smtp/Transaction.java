package org.miltergate.gateway.smtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Recipient;

/**
 * A message from its MAIL command on.
 *
 * <p>Confined to the session's thread.
 */
final class Transaction {
  private final String queueId;
  private final MailArguments mail;
  private final long begunNanos = System.nanoTime();
  private final List<Recipient> recipients = new ArrayList<>();

  Transaction(String queueId, MailArguments mail) {
    this.queueId = queueId;
    this.mail = mail;
  }

  String queueId() {
    return queueId;
  }

  MailArguments mail() {
    return mail;
  }

  /** Returns the time since MAIL. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  /** Returns the recipients that were accepted, each once, in the order of the client. */
  List<Recipient> recipients() {
    return List.copyOf(recipients);
  }

  int recipientCount() {
    return recipients.size();
  }

  /** Adds a recipient unless it is there. */
  void add(Recipient recipient) {
    boolean known = recipients.stream().anyMatch(other -> other.sameMailbox(recipient.mailbox()));
    if (!known) {
      recipients.add(recipient);
    }
  }

  Envelope envelope() {
    return new Envelope(mail.sender(), recipients);
  }
}
