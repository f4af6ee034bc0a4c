package org.miltergate.gateway.relay;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one message by SMTP: to all recipients or to none.
 *
 * <p>More recipients than the next hop takes at once need several transactions. They are all open
 * at the same time, each on its own connection, and go step by step together: no DATA before every
 * recipient is accepted, no final dot before every transaction has the whole content. Only then do
 * the dots follow, one after another. What can still fail is a reply to a dot behind one that was
 * accepted; then the client is told to try again, and the {@link DeliveredLedger} keeps those who
 * have the message from getting it twice.
 *
 * <p>Confined to one thread.
 */
final class SmtpDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpDelivery.class);

  private final OutboundMessage message;
  private final Connections connections;
  private final DeliveryDeadline deadline;
  private final DeliveredLedger ledger;
  private final DeliveryReport report;
  private final List<SmtpTransaction> transactions = new ArrayList<>();

  SmtpDelivery(OutboundMessage message, Connections connections, DeliveredLedger ledger) {
    this.message = message;
    this.connections = connections;
    this.deadline = connections.deadline();
    this.ledger = ledger;
    this.report = new DeliveryReport(message);
  }

  DeliveryResult run() {
    try {
      requireSafeAddresses();
      List<Recipient> missing = ledger.missing(message);
      Set<Recipient> earlier = new LinkedHashSet<>(message.message().envelope().recipients());
      missing.forEach(earlier::remove);
      earlier.forEach(report::sentEarlier);
      return missing.isEmpty() ? finished(SmtpReply.of(250, "2.0.0 Ok")) : deliver(missing);
    } catch (MessageRefusedException e) {
      return report.refused(e);
    } catch (NextHopException e) {
      return report.unavailable(e);
    } catch (IOException e) {
      return localFailure(e);
    } finally {
      transactions.forEach(this::release);
    }
  }

  private DeliveryResult deliver(List<Recipient> recipients) throws IOException {
    offer(recipients);
    List<Refusal> refused = transactions.stream().flatMap(t -> t.refused().stream()).toList();
    if (!refused.isEmpty()) {
      return report.refused(refused);
    }
    for (SmtpTransaction transaction : transactions) {
      report.connected(transaction);
      transaction.data();
    }
    if (transactions.size() > 1) {
      return sendToSeveral();
    }
    SmtpTransaction only = transactions.getFirst();
    SmtpReply reply = only.contentAndDot();
    report.sent(only, reply);
    return finished(reply);
  }

  /** Opens as many transactions as it takes until each recipient was accepted or refused. */
  private void offer(List<Recipient> recipients) throws IOException {
    Deque<Recipient> waiting = new ArrayDeque<>(recipients);
    while (!waiting.isEmpty()) {
      if (transactions.size() == connections.transactionsPerMessage()) {
        throw new MessageRefusedException(
            SmtpReply.of(452, "4.5.3 Too many recipients"),
            "more recipients than %d transactions with %s take"
                .formatted(transactions.size(), connections));
      }
      SmtpTransaction transaction = begin(waiting);
      List<Recipient> postponed = transaction.postponed();
      for (int i = postponed.size() - 1; i >= 0; i--) {
        waiting.addFirst(postponed.get(i));
      }
    }
  }

  /** Offers the first of those that wait, as many as one transaction has, and takes them off. */
  private SmtpTransaction begin(Deque<Recipient> waiting) throws IOException {
    Optional<SmtpConnection> idle = connections.idle(deadline);
    if (idle.isPresent()) {
      SmtpTransaction transaction = new SmtpTransaction(idle.get(), message);
      try {
        return offer(transaction, waiting);
      } catch (NextHopException e) {
        // The next hop may have closed the idle connection just now: a new one tells whether it
        // takes mail. Nothing of the message has been sent.
        if (e.kind() != Kind.LOST || transaction.acceptedAnything()) {
          throw e;
        }
        transactions.remove(transaction);
      }
    }
    return offer(new SmtpTransaction(connections.connect(deadline), message), waiting);
  }

  private SmtpTransaction offer(SmtpTransaction transaction, Deque<Recipient> waiting)
      throws IOException {
    transactions.add(transaction);
    report.connected(transaction);
    Extensions offered = transaction.connection().extensions();
    requireFit(offered);
    int limit = transaction.connection().maxRecipients();
    List<Recipient> batch = waiting.stream().limit(limit).toList();
    transaction.offer(batch, transactions.size() == 1 && batch.size() == waiting.size());
    batch.forEach(recipient -> waiting.removeFirst());
    return transaction;
  }

  /** Keeps line ends out of the dialogue, wherever an address may come from. */
  private void requireSafeAddresses() throws MessageRefusedException {
    Envelope envelope = message.message().envelope();
    boolean safe =
        isPrintable(envelope.sender().path())
            && envelope.recipients().stream().allMatch(r -> isPrintable(r.path()));
    if (!safe) {
      String text = "Address holds a control character";
      throw new MessageRefusedException(SmtpReply.of(553, "5.1.3 " + text), text);
    }
  }

  private static boolean isPrintable(Bytes text) {
    for (int i = 0; i < text.length(); i++) {
      if (text.at(i) >= 0 && text.at(i) < ' ' || text.at(i) == 0x7f) {
        return false;
      }
    }
    return true;
  }

  private void requireFit(Extensions offered) throws MessageRefusedException {
    if (message.length() > offered.maxMessageBytes()) {
      String text =
          "Message size %d exceeds the limit of %d of the next hop"
              .formatted(message.length(), offered.maxMessageBytes());
      throw new MessageRefusedException(SmtpReply.of(552, "5.3.4 " + text), text);
    }
    if (message.options().contains(MailOption.SMTPUTF8)
        && !offered.offers(MailOption.SMTPUTF8)
        && InternationalMail.is(message)) {
      String text = "SMTPUTF8 is required, but the next hop does not offer it";
      throw new MessageRefusedException(SmtpReply.of(553, "5.6.7 " + text), text);
    }
  }

  private DeliveryResult sendToSeveral() throws IOException {
    for (SmtpTransaction transaction : transactions) {
      report.connected(transaction);
      transaction.contentWithoutDot();
    }
    // While nobody has the message yet: no entry is possible if it cannot be identified.
    ledger.prepare(message);
    SmtpReply reply = SmtpReply.of(250, "2.0.0 Ok");
    for (int i = 0; i < transactions.size(); i++) {
      SmtpTransaction transaction = transactions.get(i);
      report.connected(transaction);
      try {
        reply = transaction.dot();
        report.sent(transaction, reply);
        if (i + 1 < transactions.size()) {
          ledger.add(message, transaction.accepted());
        }
      } catch (IOException e) {
        if (i == 0 && (e instanceof NextHopException || e instanceof MessageRefusedException)) {
          throw e; // nobody has it yet
        }
        return partlyDelivered(e);
      }
    }
    return finished(reply);
  }

  /** Even a final refusal is told as a temporary one: some of the recipients have the message. */
  private DeliveryResult partlyDelivered(IOException failure) {
    String cause = "taken for some recipients only: " + failure.getMessage();
    SmtpReply reply =
        SmtpReply.of(451, "4.5.3 Delivered to some of the recipients only - try again later");
    if (!(failure instanceof NextHopException) && !(failure instanceof MessageRefusedException)) {
      LOG.atError()
          .addKeyValue("queueId", message.queueId())
          .setCause(failure)
          .log("delivered recipients could not be noted, the next try will deliver to them again");
    }
    return report.unavailable(reply, "4.5.3", cause);
  }

  private DeliveryResult finished(SmtpReply reply) {
    try {
      ledger.remove(message);
    } catch (IOException e) {
      // Everybody has the message; the entries go by themselves in some days.
      LOG.atWarn()
          .addKeyValue("queueId", message.queueId())
          .setCause(e)
          .log("note on earlier deliveries could not be removed");
    }
    return report.delivered(reply);
  }

  private DeliveryResult localFailure(IOException failure) {
    LOG.atError()
        .addKeyValue("queueId", message.queueId())
        .setCause(failure)
        .log("message could not be read for its delivery");
    return report.unavailable(
        SmtpReply.of(451, "4.3.0 Local problem - try again later"),
        "4.3.0",
        "message cannot be read: " + failure.getMessage());
  }

  private void release(SmtpTransaction transaction) {
    if (transaction.end()) {
      connections.giveBack(transaction.connection());
    }
  }

  /** Tells whether anything but the body needs SMTPUTF8. */
  private static final class InternationalMail {
    static boolean is(OutboundMessage message) {
      var envelope = message.message().envelope();
      return !isAscii(envelope.sender().path())
          || envelope.recipients().stream().anyMatch(r -> !isAscii(r.path()))
          || message.message().visibleFields().stream().anyMatch(f -> !isAscii(f.raw()));
    }

    private static boolean isAscii(Bytes text) {
      for (int i = 0; i < text.length(); i++) {
        if (text.at(i) < 0) {
          return false;
        }
      }
      return true;
    }
  }
}
