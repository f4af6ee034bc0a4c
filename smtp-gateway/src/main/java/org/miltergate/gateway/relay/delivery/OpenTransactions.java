package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.PooledConnection;
import org.miltergate.gateway.relay.peer.Terms;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * The transactions of one message, each on a connection of its own.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class OpenTransactions {
  private final OutboundMessage message;
  private final MailParameters mail;
  private final Connections connections;
  private final DeliveryDeadline deadline;
  private final DeliveryReport.Line line;
  private final Set<Terms> terms;
  private final boolean alone;
  private final List<Begun> all = new ArrayList<>();
  private final List<Refusal> refused = new ArrayList<>();
  private @Nullable Begun held;
  private boolean startedOver;
  private boolean dialing;

  /**
   * @param alone as in {@link Leg#offer(OutboundMessage, DeliveryReport.Line, boolean)}
   */
  OpenTransactions(
      OutboundMessage message,
      Connections connections,
      DeliveryReport.Line line,
      Set<Terms> terms,
      boolean alone) {
    this.terms = Set.copyOf(terms);
    this.alone = alone;
    this.message = message;
    this.mail = MailParameters.of(message);
    this.connections = connections;
    this.deadline = connections.deadline(message.sinceNanos());
    this.line = line;
  }

  /** Returns those that have a recipient. */
  List<Begun> all() {
    return all;
  }

  List<Refusal> refused() {
    return refused;
  }

  /** Names a transaction in which some recipients were accepted before; it belongs here now. */
  void begin(Begun begun) {
    held = begun;
  }

  /**
   * Opens as many transactions as it takes until each recipient was accepted or refused. Those in
   * which nobody was accepted are given up.
   *
   * <p>A transaction that was begun before is used first. If the message has other recipients or
   * arguments than that, or the connection has gone since, it is given up and all are offered
   * again.
   *
   * @throws MessageRefusedException if the message is refused, whoever the recipient
   */
  void offer(List<Recipient> recipients) throws IOException {
    Deque<Recipient> waiting = new ArrayDeque<>(recipients);
    Begun begun = held;
    if (begun != null) {
      if (begun.connection().resume() && fits(begun.transaction(), recipients)) {
        held = null;
        waiting = offerInHeld(begun, waiting);
      } else {
        releaseHeld();
      }
    }
    offerAll(waiting);
  }

  private boolean fits(SmtpTransaction begun, List<Recipient> recipients) {
    return !begun.accepted().isEmpty()
        && mail.canFollow(begun.mail())
        && new HashSet<>(recipients).containsAll(begun.accepted());
  }

  /** Returns those who are to be offered in other transactions. */
  private Deque<Recipient> offerInHeld(Begun begun, Deque<Recipient> recipients)
      throws IOException {
    Deque<Recipient> waiting = new ArrayDeque<>(recipients);
    waiting.removeAll(new HashSet<>(begun.transaction().accepted()));
    begun.transaction().settle();
    begun.connection().smtp().limitTo(deadline);
    try {
      offer(begun, waiting);
    } catch (NextHopException e) {
      // The next hop may have lost patience with a slow client. It has no content yet.
      all.remove(begun);
      begun.release();
      return recipients;
    }
    postponed(begun.transaction(), waiting);
    return waiting;
  }

  private void offerAll(Deque<Recipient> waiting) throws IOException {
    while (!waiting.isEmpty()) {
      if (all.size() == connections.transactionsPerMessage()) {
        throw new MessageRefusedException(
            SmtpReply.of(452, "4.5.3 Too many recipients"),
            String.format(
                Locale.ROOT,
                "more recipients than %d transactions with %s take",
                all.size(),
                connections));
      }
      postponed(begin(waiting), waiting);
    }
    List<Begun> empty =
        all.stream().filter(begun -> begun.transaction().accepted().isEmpty()).toList();
    all.forEach(begun -> refused.addAll(begun.transaction().refused()));
    all.removeAll(empty);
    empty.forEach(Begun::release);
  }

  private static void postponed(SmtpTransaction transaction, Deque<Recipient> waiting) {
    transaction.postponed().reversed().forEach(waiting::addFirst);
  }

  /** Offers the first of those that wait, as many as one transaction has, and takes them off. */
  private SmtpTransaction begin(Deque<Recipient> waiting) throws IOException {
    Set<Terms> wanted = EnumSet.noneOf(Terms.class);
    wanted.addAll(terms);
    if (startedOver) {
      wanted.add(Terms.NEW);
    }
    if (!all.isEmpty()) {
      wanted.add(Terms.AT_ONCE);
    }
    dialing = true;
    PooledConnection connection = connections.take(deadline, wanted);
    dialing = false;
    return offer(Begun.on(connection, mail), waiting);
  }

  /**
   * Gives everything up, so that all recipients can be offered again on new connections; once at
   * most. Servers that have closed a new connection are tried last for a while.
   *
   * @return false if that was done before, or there was no connection in the first place
   */
  boolean startOver() {
    if (startedOver || dialing) {
      return false;
    }
    startedOver = true;
    all.stream()
        .map(Begun::connection)
        .filter(connection -> !connection.smtp().isOpen())
        .forEach(PooledConnection::avoidServer);
    release();
    refused.clear();
    return true;
  }

  private SmtpTransaction offer(Begun begun, Deque<Recipient> waiting) throws IOException {
    all.add(begun);
    SmtpTransaction transaction = begun.transaction();
    transaction.carry(message);
    begun.note(line);
    NextHopFit.require(message, transaction.connection().extensions());
    NextHopFit.requireTls(message.options(), transaction.connection());
    List<Recipient> batch = waiting.stream().limit(transaction.room()).toList();
    if (batch.isEmpty()) {
      return transaction;
    }
    if (alone && all.size() == 1 && batch.size() == waiting.size()) {
      transaction.offerLast(batch);
    } else {
      transaction.offer(batch);
    }
    batch.forEach(recipient -> waiting.removeFirst());
    return transaction;
  }

  /** Gives up what is not finished, and gives connections back. */
  void release() {
    releaseHeld();
    all.forEach(Begun::release);
    all.clear();
  }

  private void releaseHeld() {
    Begun begun = held;
    held = null;
    if (begun != null) {
      begun.release();
    }
  }
}
