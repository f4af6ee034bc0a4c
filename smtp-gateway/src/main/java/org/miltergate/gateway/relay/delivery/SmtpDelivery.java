package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.miltergate.gateway.files.NotStoredException;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.ClientLostException;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.gateway.relay.delivery.DeliveredLedger.Settled;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.Terms;
import org.miltergate.gateway.relay.smtp.EndOfData;
import org.miltergate.gateway.relay.smtp.MessageRefusedException;
import org.miltergate.gateway.relay.smtp.NextHopException;
import org.miltergate.gateway.relay.smtp.SmtpTransaction;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Delivers one message by SMTP or LMTP: to all recipients; to none; or to those that are not
 * refused for good, if the sender is told about the others.
 *
 * <p>More recipients than the next hop takes at once need several transactions. They are all open
 * at the same time, each on its own connection, and go step by step together: no DATA before every
 * recipient is accepted or refused, no final dot before every transaction has the whole content.
 * Were recipients refused, the notice to the sender is handed over then, while nobody has the
 * message yet. Only then do the dots follow, one after another.
 *
 * <p>What can still fail is a reply to a dot: behind one that was accepted, behind the notice, or
 * one of those that LMTP has for each recipient. If it is final, the sender is told; if not, the
 * client is told to try again, and the {@link DeliveredLedger} keeps those who have the message
 * from getting it twice, and the sender from being told twice. Where no notice can be given, as the
 * next hop takes no mail for the sender, the reply to the client says who has the message and who
 * has not.
 *
 * <p>Confined to one thread.
 */
final class SmtpDelivery {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpDelivery.class);

  private final OutboundMessage message;
  private final SenderNotice notice;
  private final DeliveredLedger.Notes notes;
  private final DeliveryReport report;
  private final OpenTransactions open;

  private boolean contentSent;

  /** Who has the message. */
  private final Set<Recipient> served = new LinkedHashSet<>();

  /** Who was refused for good, and is left to the reply to the client. */
  private final List<Refusal> untold = new ArrayList<>();

  /**
   * @param terms for all connections of this message
   */
  SmtpDelivery(
      OutboundMessage message, Connections connections, DeliveredLedger ledger, Set<Terms> terms) {
    this.message = message;
    this.notice = message.notice();
    this.notes = ledger.notes(message);
    this.report = new DeliveryReport(message);
    this.open = new OpenTransactions(message, connections, report, terms);
  }

  /** Delivers in a transaction that was begun before, if the message fits into it. */
  DeliveryResult run(Begun held) {
    open.begin(held);
    return run();
  }

  DeliveryResult run() {
    List<Recipient> missing = new ArrayList<>(message.message().envelope().recipients());
    try {
      NextHopFit.requireSafeAddresses(message.message().envelope());
      Map<Recipient, Settled> settled = notes.settled();
      settled.forEach(this::noteSettled);
      missing.removeAll(settled.keySet());
      if (!settled.isEmpty()) {
        message.client().requirePresent(); // else the notes are needed once more
      }
      return missing.isEmpty() ? finished(SmtpReply.of(250, "2.0.0 Ok")) : deliver(missing);
    } catch (MessageRefusedException e) {
      return refusedForAll(e, missing);
    } catch (NextHopException e) {
      return report.unavailable(e);
    } catch (ClientLostException e) {
      SmtpReply reply = SmtpReply.of(451, "4.4.2 Connection was lost - try again later");
      return report.unavailable(reply, String.valueOf(e.getMessage()));
    } catch (IOException e) {
      return localFailure(e);
    } finally {
      Afterwards.run("connections to the next hop are given back", open::release);
      Afterwards.run("notes on deliveries are closed", notes::close);
    }
  }

  /**
   * Delivers; once more on new connections if one has ended, by 421 or without a word, before
   * anything of the content was sent: an old connection may have reached its end, and another
   * server may be there.
   */
  private DeliveryResult deliver(List<Recipient> missing) throws IOException {
    try {
      open.offer(missing);
      return send();
    } catch (NextHopException e) {
      if (contentSent || !e.isConnectionGone() || !open.startOver()) {
        throw e;
      }
      LOG.atInfo()
          .addKeyValue("queueId", message.queueId())
          .addKeyValue("cause", e.getMessage())
          .log("connection ended before the content, trying again");
    }
    open.offer(missing);
    return send();
  }

  private void noteSettled(Recipient recipient, Settled how) {
    report.settledEarlier(recipient, how);
    if (how == Settled.DELIVERED) {
      served.add(recipient);
    }
  }

  private DeliveryResult send() throws IOException {
    List<Refusal> refused = open.refused();
    boolean mayChange = refused.stream().anyMatch(r -> r.reply().isTransientFailure());
    if (!refused.isEmpty() && (mayChange || !notice.isDue(others(open.accepted())))) {
      return refusedForClient(refused);
    }
    for (SmtpTransaction transaction : open.all()) {
      report.connected(transaction);
      transaction.data();
    }
    contentSent = true;
    if (refused.isEmpty() && open.all().size() == 1) {
      SmtpTransaction only = open.all().getFirst();
      return new Endings().of(only, only.contentAndDot());
    }
    for (SmtpTransaction transaction : open.all()) {
      report.connected(transaction);
      transaction.contentWithoutDot();
    }
    // While nobody has the message yet: no entry is possible if it cannot be identified.
    notes.prepare();
    message.client().requirePresent();
    return refused.isEmpty() || tellSender(refused) ? new Endings().ofAll() : senderNotTold();
  }

  /** Returns those who have the message and those who will get it. */
  private Collection<Recipient> others(Collection<Recipient> accepted) {
    List<Recipient> others = new ArrayList<>(served);
    others.addAll(accepted);
    return others;
  }

  /** Returns false if the sender cannot be told. Afterwards the ledger knows who it was told of. */
  private boolean tellSender(List<Refusal> refused) throws IOException {
    SenderNotice.Outcome outcome = give(refused);
    if (outcome == SenderNotice.Outcome.GIVEN) {
      notes.told(refused.stream().map(Refusal::recipient).toList());
    }
    return outcome != SenderNotice.Outcome.IMPOSSIBLE;
  }

  private SenderNotice.Outcome give(List<Refusal> refused) {
    SenderNotice.Outcome outcome = notice.give(refused);
    switch (outcome) {
      case GIVEN, NEEDLESS -> report.bounced(refused);
      case BY_REPLY -> {
        report.bounced(refused);
        untold.addAll(refused);
      }
      case IMPOSSIBLE -> {
        // The caller decides what the client hears.
      }
    }
    return outcome;
  }

  private DeliveryResult senderNotTold() {
    SmtpReply reply =
        SmtpReply.of(451, "4.5.3 Sender cannot be told of refused recipients - try again later");
    return report.unavailable(
        reply, "not sent, for the sender cannot be told that others were refused");
  }

  private DeliveryResult refusedForClient(List<Refusal> refused) {
    DeliveryResult.Refused result = report.refused(refused);
    forgetIfFinal(result.reply());
    return result;
  }

  /** The next hop refused the message itself, while some may have it by an earlier try. */
  private DeliveryResult refusedForAll(MessageRefusedException refusal, List<Recipient> missing) {
    SmtpReply reply = refusal.reply();
    if (reply.isTransientFailure() || !notice.isDue(served)) {
      forgetIfFinal(reply);
      return report.refused(refusal);
    }
    String text = String.valueOf(refusal.getMessage());
    List<Refusal> refused =
        missing.stream().map(r -> new Refusal(r, report.relay(), reply, text)).toList();
    return give(refused) == SenderNotice.Outcome.IMPOSSIBLE
        ? senderNotTold()
        : finished(SmtpReply.of(250, "2.0.0 Ok"));
  }

  /** The client will not try again: what was noted of earlier tries has no use any more. */
  private void forgetIfFinal(SmtpReply reply) {
    if (reply.isPermanentFailure()) {
      forget();
    }
  }

  /** Even a final refusal is told as a temporary one: some of the recipients have the message. */
  private DeliveryResult partlyDelivered(String why) {
    SmtpReply reply =
        SmtpReply.of(451, "4.5.3 Delivered to some of the recipients only - try again later");
    return report.unavailable(reply, "taken for some recipients only: " + why);
  }

  private DeliveryResult finished(SmtpReply reply) {
    forget();
    return untold.isEmpty() ? report.delivered(reply) : report.deliveredToOthers(untold);
  }

  private void forget() {
    try {
      notes.forget();
    } catch (IOException | RuntimeException e) {
      // No retry is to be expected; the entries go by themselves in some hours.
      LOG.atWarn()
          .addKeyValue("queueId", message.queueId())
          .setCause(e)
          .log("note on earlier deliveries could not be removed");
    }
  }

  private DeliveryResult localFailure(IOException failure) {
    LOG.atError()
        .addKeyValue("queueId", message.queueId())
        .setCause(failure)
        .log("message or notes on its delivery could not be read or written");
    return report.unavailable(
        failure instanceof NotStoredException ? NextHop.DISK_FULL : NextHop.LOCAL_PROBLEM,
        "message cannot be delivered: " + failure.getMessage());
  }

  /** Goes through the final dots and what the next hop says to them. */
  private final class Endings {
    private final List<Refusal> refused = new ArrayList<>();
    private SmtpReply reply = SmtpReply.of(250, "2.0.0 Ok");
    private boolean full;

    DeliveryResult ofAll() throws IOException {
      List<SmtpTransaction> all = open.all();
      if (all.isEmpty()) {
        return finished(reply); // earlier tries have served all who are not refused
      }
      for (int i = 0; i + 1 < all.size(); i++) {
        SmtpTransaction transaction = all.get(i);
        report.connected(transaction);
        EndOfData end = transaction.dot();
        List<Recipient> later =
            all.subList(i + 1, all.size()).stream().flatMap(t -> t.accepted().stream()).toList();
        if (!note(transaction, end, true) || isTheEnd(transaction, end, later)) {
          return failed(end);
        }
      }
      report.connected(all.getLast());
      return of(all.getLast(), all.getLast().dot());
    }

    /** What remains to be done behind the last dot. */
    DeliveryResult of(SmtpTransaction last, EndOfData end) throws IOException {
      boolean lasting = !end.isComplete() || !refused.isEmpty();
      if (!note(last, end, lasting) || isTheEnd(last, end, List.of())) {
        return failed(end);
      }
      if (refused.isEmpty()) {
        return finished(reply);
      }
      if (served.isEmpty()) {
        return refusedForClient(refused);
      }
      if (!notice.isDue(served) || give(refused) == SenderNotice.Outcome.IMPOSSIBLE) {
        return partlyDelivered(refused.getFirst().text());
      }
      return finished(reply);
    }

    /** Returns false if it could not be noted who has the message. */
    private boolean note(SmtpTransaction transaction, EndOfData end, boolean lasting) {
      report.sent(transaction, end.taken());
      served.addAll(end.taken().keySet());
      end.taken().values().stream().findFirst().ifPresent(taken -> reply = taken);
      refused.addAll(end.refused());
      if (lasting && !end.taken().isEmpty()) {
        try {
          notes.delivered(end.taken().keySet());
        } catch (IOException | RuntimeException e) {
          LOG.atError()
              .addKeyValue("queueId", message.queueId())
              .setCause(e)
              .log("delivered recipients could not be noted, a restart would forget them");
          full = e instanceof NotStoredException;
          return false;
        }
      }
      return true;
    }

    /**
     * Tells whether the other transactions are to be given up: when another try may go better, and
     * when a message that nobody has is refused to all recipients of a transaction at once, as then
     * the refusal is the message's.
     */
    private boolean isTheEnd(
        SmtpTransaction transaction, EndOfData end, Collection<Recipient> later) {
      boolean ofMessage = served.isEmpty() && !transaction.connection().repliesPerRecipient();
      return end.mayChange() || !end.isComplete() && (ofMessage || !notice.isDue(others(later)));
    }

    private DeliveryResult failed(EndOfData end) throws NextHopException {
      if (served.isEmpty()) {
        if (end.failure().isPresent()) {
          throw end.failure().get();
        }
        return refusedForClient(refused);
      }
      if (full) {
        return report.unavailable(NextHop.DISK_FULL, "it could not be noted who has the message");
      }
      return partlyDelivered(
          end.failure()
              .map(NextHopException::getMessage)
              .or(() -> end.refused().stream().map(Refusal::text).findFirst())
              .orElse("it could not be noted who has it"));
    }
  }
}
