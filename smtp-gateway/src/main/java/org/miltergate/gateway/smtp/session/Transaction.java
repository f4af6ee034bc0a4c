package org.miltergate.gateway.smtp.session;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.gateway.admission.MessageMemory;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.smtp.syntax.MailArguments;
import org.miltergate.gateway.smtp.syntax.RcptArguments;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * A message from its MAIL command on.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
public final class Transaction implements AutoCloseable {
  /** About what a recipient takes beside its text. */
  private static final int RECIPIENT_BYTES = 500;

  private final String queueId;
  private final MailArguments mail;
  private final long begunNanos = System.nanoTime();
  private final Delivery delivery;
  private final MessageMemory.Share memory;
  private final List<Recipient> recipients = new ArrayList<>();
  private final Set<Bytes> mailboxes = new HashSet<>();
  private int accepted;
  private long recipientBytes;

  /**
   * @param delivery closed with this
   * @param memory closed with this
   */
  public Transaction(
      String queueId, MailArguments mail, Delivery delivery, MessageMemory.Share memory) {
    this.queueId = queueId;
    this.mail = mail;
    this.delivery = delivery;
    this.memory = memory;
  }

  public String queueId() {
    return queueId;
  }

  public MailArguments mail() {
    return mail;
  }

  /** Returns the way to the next hop. */
  public Delivery delivery() {
    return delivery;
  }

  /** Returns what all that is kept of this message is taken from. */
  public MemoryShare memory() {
    return memory.memory();
  }

  /** Gives back what the next hop holds for this message, and its memory. */
  @Override
  public void close() {
    try {
      delivery.close();
    } finally {
      memory.close();
    }
  }

  /** Returns the time since MAIL. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - begunNanos);
  }

  /** Returns the recipients that were accepted, each once, in the order of the client. */
  public List<Recipient> recipients() {
    return List.copyOf(recipients);
  }

  /** Returns the one recipient for a log line, if there is only one. */
  public Optional<Bytes> onlyRecipient() {
    return recipients.size() == 1 ? Optional.of(recipients.getFirst().mailbox()) : Optional.empty();
  }

  /** Returns how often a recipient was accepted, the same one again included. */
  public int accepted() {
    return accepted;
  }

  /** Returns whether that mailbox is a recipient already. */
  public boolean knows(Recipient recipient) {
    return mailboxes.contains(Mailbox.normalized(recipient.path()));
  }

  /**
   * Takes memory for a recipient, before anybody is asked about it.
   *
   * @return whether there is any
   */
  public boolean makeRoomFor(Recipient recipient) {
    return memory().tryTake(bytes(recipient));
  }

  /** Gives the memory back for a recipient that was not accepted. */
  public void dropRoomFor(Recipient recipient) {
    memory().giveBack(bytes(recipient));
  }

  /** A recipient is kept here, in sets of its mailbox, and by whoever asked about it. */
  private static long bytes(Recipient recipient) {
    long text = recipient.path().length();
    for (Bytes argument : recipient.arguments()) {
      text += argument.length();
    }
    return RECIPIENT_BYTES + 2 * text;
  }

  /** Adds a recipient that was accepted, unless it is there. */
  public void accept(RcptArguments rcpt) {
    accepted++;
    if (mailboxes.add(Mailbox.normalized(rcpt.recipient().path()))) {
      recipients.add(rcpt.recipient());
      recipientBytes += rcpt.bytes();
    } else {
      dropRoomFor(rcpt.recipient());
    }
  }

  /** Returns how many bytes the recipients have together, with their arguments. */
  public long recipientBytes() {
    return recipientBytes;
  }

  /**
   * Returns a reply of the next hop in characters that the client can read: what is not ASCII is
   * for clients that used SMTPUTF8 only (RFC 6531, section 3.7.4).
   */
  public SmtpReply readable(SmtpReply reply) {
    if (mail.smtpUtf8()) {
      return reply;
    }
    return new SmtpReply(reply.code(), reply.lines().stream().map(Transaction::ascii).toList());
  }

  private static Bytes ascii(Bytes line) {
    byte[] text = line.toArray();
    for (int i = 0; i < text.length; i++) {
      text[i] = text[i] < 0 ? (byte) '?' : text[i];
    }
    return Bytes.copyOf(text);
  }

  public Envelope envelope() {
    return new Envelope(mail.sender(), recipients);
  }
}
