package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.ReplyStatus;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * One mail transaction on a connection: MAIL, RCPT, DATA, content, final dot.
 *
 * <p>Commands go out together where the next hop offers PIPELINING. DATA goes with them only if
 * there is one recipient. With more of them it waits for their replies: were some refused, the next
 * hop would be waiting for a message to the others, and there would be no way to send it nothing
 * (RFC 2920, section 3.1, knows only the empty message). The one round trip more is the price of
 * all or none. A sole recipient that was refused leaves nobody whom an empty message could reach.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class SmtpTransaction {
  /**
   * The number of bytes sent before replies are read, so that neither side waits for the other to
   * read.
   */
  private static final int MAX_GROUP_BYTES = 16 * 1024;

  private enum State {
    /** The next hop knows of no transaction. */
    CLEAN,
    /** MAIL has been sent. */
    ENVELOPE,
    /** The next hop waits for a message; only its end or the connection's gets out of here. */
    DATA
  }

  private final SmtpConnection connection;
  private final MailParameters mail;
  private final long ready = System.nanoTime();
  private final List<Recipient> accepted = new ArrayList<>();
  private final List<Recipient> postponed = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private State state = State.CLEAN;
  private boolean mailAccepted;
  private @Nullable ContentSender content;
  private Optional<SmtpReply> dataReply = Optional.empty();

  /**
   * @param connection greeted, without a transaction
   */
  public SmtpTransaction(SmtpConnection connection, MailParameters mail) {
    this.connection = connection;
    this.mail = mail;
  }

  /** Names the message whose content follows. */
  public void carry(OutboundMessage message) {
    content = ContentSender.of(connection, message);
  }

  private ContentSender content() {
    return Objects.requireNonNull(content, "no message was named");
  }

  public MailParameters mail() {
    return mail;
  }

  public SmtpConnection connection() {
    return connection;
  }

  /** When there was a connection, in {@link System#nanoTime}. */
  public long readyNanos() {
    return ready;
  }

  /** Returns the recipients that were accepted, in order. */
  public List<Recipient> accepted() {
    return accepted;
  }

  /** Returns those that the next hop wants in another transaction, in order. */
  public List<Recipient> postponed() {
    return postponed;
  }

  public List<Refusal> refused() {
    return refused;
  }

  boolean acceptedAnything() {
    return mailAccepted;
  }

  /** Returns how many more recipients this transaction may have. */
  public int room() {
    return connection.maxRecipients() - accepted.size();
  }

  /** Forgets who was refused or postponed: that has been answered. */
  public void settle() {
    refused.clear();
    postponed.clear();
  }

  /**
   * Sends MAIL if that has not been done, and RCPT for each of these.
   *
   * @throws MessageRefusedException if MAIL is refused
   */
  public void offer(List<Recipient> recipients) throws NextHopException, MessageRefusedException {
    offer(recipients, List.of());
  }

  /**
   * As {@link #offer}, where no others of this message will follow, here or elsewhere; what
   * announces the content may go with it.
   */
  public void offerLast(List<Recipient> recipients)
      throws NextHopException, MessageRefusedException {
    boolean sole = recipients.size() == 1 && accepted.isEmpty();
    offer(recipients, sole ? content().announcement().stream().toList() : List.of());
  }

  private void offer(List<Recipient> recipients, List<SmtpCommand> following)
      throws NextHopException, MessageRefusedException {
    boolean pipelining = connection.extensions().pipelining();
    List<SmtpCommand> commands = new ArrayList<>();
    if (state == State.CLEAN) {
      connection.beginTransaction();
      state = State.ENVELOPE;
      commands.add(SmtpCommand.mail(mail, connection.extensions()));
    }
    recipients.forEach(
        recipient -> commands.add(SmtpCommand.rcpt(recipient, connection.extensions())));
    if (pipelining) {
      commands.addAll(following);
    }
    Iterator<Recipient> asked = recipients.iterator();
    for (int start = 0; start < commands.size() && connection.isOpen(); ) {
      int end = pipelining ? endOfGroup(commands, start) : start + 1;
      exchange(commands.subList(start, end), asked);
      start = end;
    }
    // A reply of 521 to one recipient ended the connection: it also applies to those after it.
    while (asked.hasNext()) {
      Refusal cause = refused.getLast();
      refused.add(refusal(asked.next(), cause.reply(), cause.text()));
    }
  }

  private Refusal refusal(Recipient recipient, SmtpReply reply, String text) {
    return new Refusal(recipient, connection.relay(), reply, text);
  }

  /** Sends commands together and reads their replies. */
  private void exchange(List<SmtpCommand> group, Iterator<Recipient> asked)
      throws NextHopException, MessageRefusedException {
    send(group);
    for (int i = 0; i < group.size() && connection.isOpen(); i++) {
      SmtpReply reply = connection.read(group.get(i).step(), group.size() - i);
      switch (group.get(i).step()) {
        case MAIL -> onMailReply(reply, group.subList(i + 1, group.size()));
        case RCPT -> onRcptReply(asked.next(), reply);
        default -> onDataReply(reply);
      }
    }
  }

  private static int endOfGroup(List<SmtpCommand> commands, int start) {
    int bytes = 0;
    int end = start;
    while (end < commands.size() && bytes < MAX_GROUP_BYTES) {
      bytes += commands.get(end++).line().length();
    }
    return end;
  }

  private void send(List<SmtpCommand> group) throws NextHopException {
    int length = group.stream().mapToInt(command -> command.line().length()).sum();
    ByteBuffer lines = ByteBuffer.allocate(length);
    group.forEach(command -> command.line().putTo(lines));
    connection.send(group.getFirst().step(), lines.flip());
  }

  private void onMailReply(SmtpReply reply, List<SmtpCommand> underWay)
      throws NextHopException, MessageRefusedException {
    if (reply.isPositive()) {
      mailAccepted = true;
      return;
    }
    connection.requireFailure(SmtpStep.MAIL, reply);
    String text = connection.said(SmtpStep.MAIL, reply);
    for (int i = 0; i < underWay.size() && connection.isOpen(); i++) {
      SmtpStep step = underWay.get(i).step();
      SmtpReply next = connection.read(step, underWay.size() - i);
      if (step == SmtpStep.DATA) {
        onDataReply(next);
      }
    }
    throw new MessageRefusedException(reply, text);
  }

  private void onRcptReply(Recipient recipient, SmtpReply reply) throws NextHopException {
    if (reply.isPositive()) {
      accepted.add(recipient);
      return;
    }
    connection.requireFailure(SmtpStep.RCPT, reply);
    if (!accepted.isEmpty() && ReplyStatus.meansTooManyRecipients(reply)) {
      postponed.add(recipient);
    } else {
      refused.add(refusal(recipient, reply, connection.said(SmtpStep.RCPT, reply)));
    }
  }

  private void onDataReply(SmtpReply reply) {
    dataReply = Optional.of(reply);
    if (reply.code() / 100 == 3) {
      state = State.DATA;
    }
  }

  /**
   * Sends DATA, if that has not been done.
   *
   * @throws MessageRefusedException if it is refused
   */
  public void data() throws NextHopException, MessageRefusedException {
    Optional<SmtpCommand> announcement = content().announcement();
    if (announcement.isEmpty()) {
      state = State.DATA;
      return;
    }
    if (dataReply.isEmpty()) {
      onDataReply(connection.exchange(announcement.get()));
    }
    SmtpReply reply = dataReply.orElseThrow();
    if (state != State.DATA) {
      connection.requireFailure(SmtpStep.DATA, reply);
      throw new MessageRefusedException(reply, connection.said(SmtpStep.DATA, reply));
    }
  }

  /**
   * Sends the content except for its last bytes, which go out at once with the final dot.
   *
   * @throws MessageRefusedException if it is refused before its end
   * @throws IOException if the content cannot be read
   */
  public void contentWithoutLastBytes() throws IOException {
    content().sendKeepingLast();
  }

  /**
   * Sends the content up to where only the final dot is missing.
   *
   * @throws MessageRefusedException if it is refused before its end
   * @throws IOException if the content cannot be read
   */
  public void contentWithoutDot() throws IOException {
    content().sendWithoutEnd();
  }

  /**
   * Sends the final dot, and what is left of the content before it.
   *
   * @throws IOException only if the content cannot be sent for a reason of our own
   */
  public CommitResult dot() throws IOException {
    try {
      content().sendEnd();
    } catch (NextHopException e) {
      CommitResult end = new CommitResult();
      end.failed(e);
      return end;
    } catch (MessageRefusedException e) {
      CommitResult end = new CommitResult();
      String text = String.valueOf(e.getMessage());
      accepted.forEach(recipient -> end.refused(refusal(recipient, e.reply(), text)));
      return end;
    }
    return readEnd();
  }

  private CommitResult readEnd() {
    CommitResult end = new CommitResult();
    try {
      int due = connection.repliesPerRecipient() ? accepted.size() : 1;
      SmtpReply reply = connection.read(SmtpStep.END_OF_DATA, due);
      noteEnd(end, accepted.getFirst(), reply);
      for (Recipient next : accepted.subList(1, accepted.size())) {
        if (--due > 0) {
          reply = connection.read(SmtpStep.END_OF_DATA, due);
        }
        noteEnd(end, next, reply);
      }
      state = State.CLEAN;
    } catch (NextHopException e) {
      end.failed(e);
    }
    return end;
  }

  private void noteEnd(CommitResult end, Recipient recipient, SmtpReply reply)
      throws NextHopException {
    if (reply.isPositive()) {
      end.taken(recipient, reply);
    } else {
      connection.requireFailure(SmtpStep.END_OF_DATA, reply);
      end.refused(refusal(recipient, reply, connection.said(SmtpStep.END_OF_DATA, reply)));
    }
  }

  /** Gives up what is not finished, and returns whether the connection can be used again. */
  public boolean end() {
    if (state == State.ENVELOPE && connection.isOpen()) {
      try {
        if (connection.exchange(SmtpCommand.RSET).isPositive()) {
          state = State.CLEAN;
        }
      } catch (NextHopException e) {
        // Then there is no transaction either: the connection is closed.
        return false;
      }
    }
    if (state != State.CLEAN) {
      connection.close();
    }
    return connection.isOpen();
  }
}
