package org.miltergate.gateway.smtp;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.miltergate.gateway.relay.RecipientCheck;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.mail.Recipient;

/**
 * A message from its MAIL command on.
 *
 * <p>Confined to the session's thread.
 */
final class Transaction implements AutoCloseable {
  private final String queueId;
  private final MailArguments mail;
  private final long begunNanos = System.nanoTime();
  private final RecipientCheck check;
  private final List<Recipient> recipients = new ArrayList<>();
  private final Set<Bytes> mailboxes = new HashSet<>();
  private int accepted;
  private long recipientBytes;

  /**
   * @param check closed with this
   */
  Transaction(String queueId, MailArguments mail, RecipientCheck check) {
    this.queueId = queueId;
    this.mail = mail;
    this.check = check;
  }

  String queueId() {
    return queueId;
  }

  MailArguments mail() {
    return mail;
  }

  /** Returns the way to the next hop. */
  RecipientCheck check() {
    return check;
  }

  /** Gives back what the next hop holds for this message. */
  @Override
  public void close() {
    check.close();
  }

  /** Returns the time since MAIL. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  /** Returns the recipients that were accepted, each once, in the order of the client. */
  List<Recipient> recipients() {
    return List.copyOf(recipients);
  }

  /** Returns how often a recipient was accepted, the same one again included. */
  int accepted() {
    return accepted;
  }

  /** Returns whether that mailbox is a recipient already. */
  boolean knows(Recipient recipient) {
    return mailboxes.contains(Mailbox.normalized(recipient.path()));
  }

  /** Adds a recipient that was accepted, unless it is there. */
  void accept(RcptArguments rcpt) {
    accepted++;
    if (mailboxes.add(Mailbox.normalized(rcpt.recipient().path()))) {
      recipients.add(rcpt.recipient());
      recipientBytes += rcpt.bytes();
    }
  }

  /** Returns how many bytes the recipients have together, with their arguments. */
  long recipientBytes() {
    return recipientBytes;
  }

  Envelope envelope() {
    return new Envelope(mail.sender(), recipients);
  }
}
