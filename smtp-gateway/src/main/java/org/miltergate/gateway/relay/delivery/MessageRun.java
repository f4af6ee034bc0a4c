package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.miltergate.gateway.files.NotStoredException;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.Progress;
import org.miltergate.gateway.relay.Refusal;
import org.miltergate.gateway.relay.SenderNotice;
import org.miltergate.gateway.relay.delivery.DeliveredLedger.Settled;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What {@link MessageDelivery} does with a message that has come, and decides about it.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class MessageRun {
  private static final Logger LOG = LoggerFactory.getLogger(MessageRun.class);
  private static final SmtpReply OK = SmtpReply.of(250, "2.0.0 Ok");

  private final OutboundMessage message;
  private final Function<Recipient, Leg> choice;
  private final DeliveredLedger.Notes notes;
  private final DeliveryReport report;
  private final List<Part> parts = new ArrayList<>();

  /** Who has the message. */
  private final Set<Recipient> served = new LinkedHashSet<>();

  /** Who was refused permanently, and is left to the reply to the client. */
  private final List<Refusal> untold = new ArrayList<>();

  /** Those of whom the sender is to be told next. */
  private List<Refusal> due = List.of();

  private SmtpReply reply = OK;

  MessageRun(
      OutboundMessage message, Function<Recipient, Leg> choice, DeliveredLedger.Notes notes) {
    this.message = message;
    this.choice = choice;
    this.notes = notes;
    this.report = new DeliveryReport(message);
  }

  void close() {
    notes.close();
  }

  /** Something that is done with each leg. */
  private interface Step {
    void run(Part part) throws IOException;
  }

  /** First phase: up to where only the commits are missing. */
  Progress content() {
    try {
      Map<Recipient, Settled> settled = notes.settled();
      settled.forEach(this::noteSettled);
      List<Recipient> missing = new ArrayList<>(message.message().envelope().recipients());
      missing.removeAll(settled.keySet());
      Map<Leg, List<Recipient>> byLeg = new LinkedHashMap<>();
      missing.forEach(r -> byLeg.computeIfAbsent(choice.apply(r), l -> new ArrayList<>()).add(r));
      byLeg.forEach((leg, recipients) -> parts.add(new Part(message, leg, recipients, report)));
      return prepare();
    } catch (IOException e) {
      return new Progress.Ended(failed(e));
    }
  }

  private void noteSettled(Recipient recipient, Settled how) {
    report.settledEarlier(recipient, how);
    if (how == Settled.DELIVERED) {
      served.add(recipient);
    }
  }

  private Progress prepare() throws IOException {
    Optional<DeliveryResult> refusal =
        each(part -> NextHopFit.requireSafeAddresses(message.message().envelope()));
    while (refusal.isEmpty() && parts.stream().anyMatch(part -> !part.isOffered())) {
      refusal = each(this::offer);
      if (refusal.isEmpty()) {
        refusal = each(this::announce);
      }
    }
    if (refusal.isPresent()) {
      return new Progress.Ended(refusal.get());
    }
    int handovers = parts.stream().mapToInt(part -> part.handovers().size()).sum();
    boolean only = handovers == 1 && refused().isEmpty();
    refusal = each(part -> sendContent(part, only));
    if (refusal.isPresent()) {
      return new Progress.Ended(refusal.get());
    }
    if (!only) {
      // While nobody has the message yet: no entry is possible if it cannot be identified.
      notes.prepare();
    }
    due = List.copyOf(refused());
    return new Progress.Refused(due);
  }

  private void offer(Part part) throws IOException {
    if (!part.isOffered()) {
      part.offer(parts.size() == 1);
    }
  }

  private void announce(Part part) throws IOException {
    try {
      for (Handover handover : part.handovers()) {
        handover.announce();
      }
    } catch (NextHopException e) {
      if (!part.startsOver(e)) {
        throw e;
      }
    }
  }

  private static void sendContent(Part part, boolean only) throws IOException {
    for (Handover handover : part.handovers()) {
      handover.content(only ? Handover.Ending.WITH_LAST_BYTES : Handover.Ending.ALONE);
    }
  }

  /** Returns the result if the refusals so far are the reply to the client. */
  private Optional<DeliveryResult> each(Step step) throws IOException {
    for (Part part : parts) {
      if (part.isRefused()) {
        continue;
      }
      try {
        step.run(part);
      } catch (MessageRefusedException e) {
        part.refuseAll(e);
        if (e.reply().isTransientFailure()) {
          break;
        }
      } catch (NextHopException e) {
        part.line().failed(e);
        throw e;
      }
    }
    List<Refusal> refused = refused();
    if (refused.isEmpty()) {
      return Optional.empty();
    }
    boolean mayChange = refused.stream().anyMatch(r -> r.reply().isTransientFailure());
    return !mayChange && message.wantsNotice(others(accepted()))
        ? Optional.empty()
        : Optional.of(refusedForClient(refused));
  }

  /** Several times a message, and empty nearly always. */
  private List<Refusal> refused() {
    List<Refusal> refused = List.of();
    for (Part part : parts) {
      refused = joined(refused, part.refused());
    }
    return refused;
  }

  private static List<Refusal> joined(List<Refusal> first, List<Refusal> second) {
    if (first.isEmpty() || second.isEmpty()) {
      return first.isEmpty() ? second : first;
    }
    List<Refusal> all = new ArrayList<>(first);
    all.addAll(second);
    return all;
  }

  private List<Recipient> accepted() {
    return parts.stream()
        .flatMap(part -> part.handovers().stream())
        .flatMap(handover -> handover.recipients().stream())
        .toList();
  }

  /** Returns those who have the message and those who will get it. */
  private Collection<Recipient> others(Collection<Recipient> accepted) {
    List<Recipient> others = new ArrayList<>(served);
    others.addAll(accepted);
    return others;
  }

  /** Second phase. */
  Progress commit(SenderNotice told) {
    try {
      noteTold(told);
      if (told == SenderNotice.GIVEN && !due.isEmpty()) {
        notes.told(due.stream().map(Refusal::recipient).toList());
      }
      return new Commits().run();
    } catch (IOException e) {
      return new Progress.Ended(failed(e));
    }
  }

  private void noteTold(SenderNotice told) {
    switch (told) {
      case GIVEN, NEEDLESS -> report.bounced(due);
      case BY_REPLY -> {
        report.bounced(due);
        untold.addAll(due);
      }
      case IMPOSSIBLE -> {
        // The client is told to try again.
      }
    }
  }

  DeliveryResult settle(SenderNotice told) {
    noteTold(told);
    return told == SenderNotice.IMPOSSIBLE ? partlyDelivered(due.getFirst().text()) : finished();
  }

  DeliveryResult drop(SmtpReply answer, String cause) {
    return report.unavailable(answer, cause);
  }

  private DeliveryResult refusedForClient(List<Refusal> refused) {
    DeliveryResult.Refused result = report.refused(refused);
    if (result.reply().isPermanentFailure()) {
      // The client will not try again: what was noted of earlier tries has no use any more.
      forget();
    }
    return result;
  }

  /** Even a final refusal is told as a temporary one: some of the recipients have the message. */
  private DeliveryResult partlyDelivered(String why) {
    SmtpReply later =
        SmtpReply.of(451, "4.5.3 Delivered to some of the recipients only - try again later");
    return report.unavailable(later, "accepted for some recipients only: " + why);
  }

  private DeliveryResult finished() {
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

  private DeliveryResult failed(IOException failure) {
    if (failure instanceof NextHopException nextHop) {
      return report.unavailable(nextHop);
    }
    LOG.atError()
        .addKeyValue("queueId", message.queueId())
        .setCause(failure)
        .log("message or notes on its delivery could not be read or written");
    return report.unavailable(
        failure instanceof NotStoredException ? NextHop.DISK_FULL : NextHop.LOCAL_PROBLEM,
        "message cannot be delivered: " + failure.getMessage());
  }

  /** Goes through the commits and what the next hops say to them. */
  private final class Commits {
    private final List<Refusal> refused = new ArrayList<>();
    private boolean full;

    /** A handover of a leg. */
    private record Pending(Part part, Handover handover) {}

    Progress run() throws IOException {
      List<Pending> all = new ArrayList<>();
      parts.forEach(part -> part.handovers().forEach(h -> all.add(new Pending(part, h))));
      for (int i = 0; i < all.size(); i++) {
        Pending next = all.get(i);
        CommitResult end = commit(next);
        boolean last = i == all.size() - 1;
        boolean lasting = !last || !end.isComplete() || !refused.isEmpty();
        if (!note(end, lasting) || isTheEnd(next, end, all.subList(i + 1, all.size()))) {
          return new Progress.Ended(failed(end));
        }
      }
      if (refused.isEmpty()) {
        return new Progress.Ended(finished());
      }
      if (served.isEmpty()) {
        return new Progress.Ended(refusedForClient(refused));
      }
      if (!message.wantsNotice(served)) {
        return new Progress.Ended(partlyDelivered(refused.getFirst().text()));
      }
      due = List.copyOf(refused);
      return new Progress.Refused(due);
    }

    private CommitResult commit(Pending next) throws IOException {
      try {
        return next.handover().commit();
      } catch (NextHopException e) {
        next.part().line().failed(e);
        CommitResult end = new CommitResult();
        end.failed(e);
        return end;
      }
    }

    /** Returns false if the recipients that have the message could not be recorded. */
    private boolean note(CommitResult end, boolean lasting) {
      report.sent(end.taken());
      served.addAll(end.taken().keySet());
      end.taken().values().stream().findFirst().ifPresent(taken -> reply = taken.reply());
      refused.addAll(end.refused());
      if (lasting && !end.taken().isEmpty()) {
        try {
          notes.delivered(end.taken().keySet());
        } catch (IOException | RuntimeException e) {
          LOG.atError()
              .addKeyValue("queueId", message.queueId())
              .setCause(e)
              .log("delivered recipients could not be recorded, a restart would forget them");
          full = e instanceof NotStoredException;
          return false;
        }
      }
      return true;
    }

    /**
     * Returns whether the others are to be given up: when another try may go better, and when a
     * message that nobody has is refused to all recipients of a commit at once, and others go the
     * same way, as then the refusal is the message's.
     */
    private boolean isTheEnd(Pending at, CommitResult end, List<Pending> later) {
      if (end.isComplete() && !end.mayChange()) {
        return false;
      }
      boolean sameWay = later.stream().allMatch(other -> other.part() == at.part());
      boolean ofMessage = served.isEmpty() && sameWay && !at.handover().refusesEachRecipient();
      List<Recipient> others =
          later.stream().flatMap(other -> other.handover().recipients().stream()).toList();
      return end.mayChange() || ofMessage || !message.wantsNotice(others(others));
    }

    private DeliveryResult failed(CommitResult end) throws NextHopException {
      if (served.isEmpty()) {
        if (end.failure().isPresent()) {
          throw end.failure().get();
        }
        return refusedForClient(refused);
      }
      if (full) {
        return report.unavailable(
            NextHop.DISK_FULL, "the recipients that have the message could not be recorded");
      }
      return partlyDelivered(
          end.failure()
              .map(NextHopException::getMessage)
              .or(() -> end.refused().stream().map(Refusal::text).findFirst())
              .orElse("the recipients that have it could not be recorded"));
    }
  }
}
