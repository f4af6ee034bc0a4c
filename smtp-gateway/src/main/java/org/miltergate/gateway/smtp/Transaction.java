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
import org.miltergate.milter.mail.MemoryShare;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * A message from its MAIL command on.
 *
 * <p>Confined to the session's thread.
 */
final class Transaction implements AutoCloseable {
  /** About what a recipient takes beside its text. */
  private static final int RECIPIENT_BYTES = 500;

  private final String queueId;
  private final MailArguments mail;
  private final long begunNanos = System.nanoTime();
  private final RecipientCheck check;
  private final MessageMemory.Share memory;
  private final List<Recipient> recipients = new ArrayList<>();
  private final Set<Bytes> mailboxes = new HashSet<>();
  private int accepted;
  private long recipientBytes;

  /**
   * @param check closed with this
   * @param memory closed with this
   */
  Transaction(
      String queueId, MailArguments mail, RecipientCheck check, MessageMemory.Share memory) {
    this.queueId = queueId;
    this.mail = mail;
    this.check = check;
    this.memory = memory;
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

  /** Returns what all that is kept of this message is taken from. */
  MemoryShare memory() {
    return memory.memory();
  }

  /** Gives back what the next hop holds for this message, and its memory. */
  @Override
  public void close() {
    try {
      check.close();
    } finally {
      memory.close();
    }
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

  /**
   * Takes memory for a recipient, before anybody is asked about it.
   *
   * @return whether there is any
   */
  boolean makeRoomFor(Recipient recipient) {
    return memory().tryTake(bytes(recipient));
  }

  /** Gives the memory back for a recipient that was not accepted. */
  void dropRoomFor(Recipient recipient) {
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
  void accept(RcptArguments rcpt) {
    accepted++;
    if (mailboxes.add(Mailbox.normalized(rcpt.recipient().path()))) {
      recipients.add(rcpt.recipient());
      recipientBytes += rcpt.bytes();
    } else {
      dropRoomFor(rcpt.recipient());
    }
  }

  /** Returns how many bytes the recipients have together, with their arguments. */
  long recipientBytes() {
    return recipientBytes;
  }

  /**
   * Returns a reply of the next hop in characters that the client can read: what is not ASCII is
   * for clients that said SMTPUTF8 only (RFC 6531, section 3.7.4).
   */
  SmtpReply readable(SmtpReply reply) {
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

  Envelope envelope() {
    return new Envelope(mail.sender(), recipients);
  }
}
