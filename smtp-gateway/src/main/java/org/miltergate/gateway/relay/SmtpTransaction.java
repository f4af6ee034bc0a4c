package org.miltergate.gateway.relay;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
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
 * <p>Confined to one thread.
 */
final class SmtpTransaction {
  /** So much is sent before replies are read, lest both sides wait for the other to read. */
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
  private final OutboundMessage message;
  private final long ready = System.nanoTime();
  private final List<Recipient> accepted = new ArrayList<>();
  private final List<Recipient> postponed = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private State state = State.CLEAN;
  private boolean mailAccepted;
  private final ContentSender content;
  private Optional<SmtpReply> dataReply = Optional.empty();

  /**
   * @param connection greeted, without a transaction
   */
  SmtpTransaction(SmtpConnection connection, OutboundMessage message) {
    this.connection = connection;
    this.message = message;
    this.content = ContentSender.of(connection, message);
  }

  SmtpConnection connection() {
    return connection;
  }

  /** When there was a connection, in {@link System#nanoTime}. */
  long readyNanos() {
    return ready;
  }

  /** Returns the recipients that were accepted, in order. */
  List<Recipient> accepted() {
    return accepted;
  }

  /** Returns those that the next hop wants in another transaction, in order. */
  List<Recipient> postponed() {
    return postponed;
  }

  List<Refusal> refused() {
    return refused;
  }

  boolean acceptedAnything() {
    return mailAccepted;
  }

  /**
   * Sends MAIL, and RCPT for each of these.
   *
   * @param last whether no others of this message will follow, here or elsewhere
   * @throws MessageRefusedException if MAIL is refused
   */
  void offer(List<Recipient> recipients, boolean last)
      throws NextHopException, MessageRefusedException {
    connection.beginTransaction();
    state = State.ENVELOPE;
    boolean pipelining = connection.extensions().pipelining();
    List<SmtpCommand> commands = new ArrayList<>();
    commands.add(SmtpCommand.mail(message, connection.extensions()));
    recipients.forEach(recipient -> commands.add(SmtpCommand.rcpt(recipient)));
    if (pipelining && last && recipients.size() == 1) {
      content.announcement().ifPresent(commands::add);
    }
    Iterator<Recipient> asked = recipients.iterator();
    for (int start = 0; start < commands.size() && connection.isOpen(); ) {
      int end = pipelining ? endOfGroup(commands, start) : start + 1;
      exchange(commands.subList(start, end), asked);
      start = end;
    }
    // A reply of 521 to one recipient ended the connection: it stands for those behind it, too.
    while (asked.hasNext()) {
      Refusal cause = refused.getLast();
      refused.add(new Refusal(asked.next(), cause.reply(), cause.text()));
    }
  }

  /** Sends commands together and reads their replies. */
  private void exchange(List<SmtpCommand> group, Iterator<Recipient> asked)
      throws NextHopException, MessageRefusedException {
    send(group);
    for (int i = 0; i < group.size() && connection.isOpen(); i++) {
      SmtpReply reply = connection.read(group.get(i).step());
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
    connection.write(group.getFirst().step(), lines.flip());
  }

  private void onMailReply(SmtpReply reply, List<SmtpCommand> underWay)
      throws NextHopException, MessageRefusedException {
    if (reply.isPositive()) {
      mailAccepted = true;
      return;
    }
    connection.requireFailure(SmtpStep.MAIL, reply);
    String text = connection.said(SmtpStep.MAIL, reply);
    for (SmtpCommand command : underWay) {
      if (connection.isOpen()) {
        SmtpReply next = connection.read(command.step());
        if (command.step() == SmtpStep.DATA) {
          onDataReply(next);
        }
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
    if (!accepted.isEmpty() && EnhancedStatus.meansTooManyRecipients(reply)) {
      postponed.add(recipient);
    } else {
      refused.add(new Refusal(recipient, reply, connection.said(SmtpStep.RCPT, reply)));
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
  void data() throws NextHopException, MessageRefusedException {
    Optional<SmtpCommand> announcement = content.announcement();
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
   * Sends the content and, at once with its last bytes, the final dot.
   *
   * @throws MessageRefusedException if it is refused, before its end or there
   * @throws IOException if the content cannot be read
   */
  SmtpReply contentAndDot() throws IOException {
    content.sendWhole();
    return readEnd();
  }

  /**
   * Sends the content up to where only the final dot is missing.
   *
   * @throws MessageRefusedException if it is refused before its end
   * @throws IOException if the content cannot be read
   */
  void contentWithoutDot() throws IOException {
    content.sendWithoutEnd();
  }

  /**
   * Sends the final dot.
   *
   * @throws MessageRefusedException if the message is refused
   */
  SmtpReply dot() throws NextHopException, MessageRefusedException {
    content.sendEnd();
    return readEnd();
  }

  private SmtpReply readEnd() throws NextHopException, MessageRefusedException {
    SmtpReply reply = connection.read(SmtpStep.END_OF_DATA);
    state = State.CLEAN;
    if (reply.isPositive()) {
      return reply;
    }
    connection.requireFailure(SmtpStep.END_OF_DATA, reply);
    throw new MessageRefusedException(reply, connection.said(SmtpStep.END_OF_DATA, reply));
  }

  /** Gives up what is not finished, and returns whether the connection can be used again. */
  boolean end() {
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
