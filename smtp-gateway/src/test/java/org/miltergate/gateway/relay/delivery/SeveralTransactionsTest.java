package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkCall;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/** More recipients than the next hop takes at once: each gets the message once, or nobody does. */
@Tag("slow")
class SeveralTransactionsTest extends RelayFixture {

  @Test
  void ownLimitSplitsTheRecipients() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 4));

    DeliveryResult result = hop.deliver(Mail.to(many(10)));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.awaitMessages(3))
        .extracting(m -> m.recipients().size())
        .containsExactly(4, 4, 2);
    assertEachGotItOnce(10);
    for (SinkMessage message : sink.messages()) {
      assertThat(message.content()).isEqualTo(Mail.RECEIVED.concat(Bytes.ofLatin1(Mail.TEXT)));
    }
  }

  @Test
  void limitThatTheNextHopTellsIsKept() throws Exception {
    sink.extensions("PIPELINING", "LIMITS RCPTMAX=3 MAILMAX=100");

    hop.deliver(Mail.to(many(7)));

    assertThat(sink.awaitMessages(3))
        .extracting(m -> m.recipients().size())
        .containsExactly(3, 3, 1);
    assertEachGotItOnce(7);
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"452 4.5.3 too many", "452 too many", "552 5.5.3 too many"})
  void limitThatTheNextHopShowsIsKept(String reply) throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.number() > 4, Reaction.reply(reply));

    DeliveryResult result = hop.deliver(Mail.to(many(10)));

    assertThat(result).isInstanceOf(Delivered.class);
    assertEachGotItOnce(10);
  }

  @Test
  void fullMailboxIsNoLimit() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.number() == 2, Reaction.reply("452 4.2.2 mailbox full"));

    assertThat(replyOf(hop.deliver(Mail.to(many(3))))).isEqualTo("452 4.2.2 mailbox full");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void moreTransactionsThanAllowedAreRefused() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2)
                .set(NextHopConfig.Smtp.TRANSACTIONS_PER_MESSAGE, 3)));

    DeliveryResult result = hop.deliver(Mail.to(many(7)));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("452 4.5.3 Too many recipients");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void refusalInTheLastStopsAll() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    sink.on(SinkEvent.RCPT, call -> call.line().contains("r5@"), Reaction.reply("550 5.1.1 no"));

    assertThat(replyOf(hop.deliver(Mail.to(many(6))))).isEqualTo("550 5.1.1 no");
    assertThat(sink.messages()).isEmpty();
    assertThat(sink.sessions()).hasSize(3).noneMatch(s -> s.lines().contains("DATA"));
  }

  @Test
  void refusedDataInTheLastStopsAll() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    sink.on(SinkEvent.DATA, call -> call.session() == 3, Reaction.reply("451 4.3.0 no"));

    assertThat(replyOf(hop.deliver(Mail.to(many(6))))).isEqualTo("451 4.3.0 no");
    assertThat(sink.awaitSessions("end", all -> all.get(0).ended() && all.get(1).ended()))
        .hasSize(3);
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void noDotIsSentBeforeAllContentIs() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    AtomicBoolean allHadIt = new AtomicBoolean();
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          if (call.session() == 1) {
            allHadIt.set(everySessionGetsTheContent());
          }
          return Reaction.reply("250 2.0.0 Ok");
        });

    hop.deliver(Mail.to(many(6)));

    assertThat(sink.awaitMessages(3)).hasSize(3);
    assertThat(allHadIt).isTrue();
  }

  /** Returns false if one does not while the first dot is not answered. */
  private boolean everySessionGetsTheContent() {
    try {
      sink.awaitSessions(
          "content in all",
          all -> all.stream().allMatch(s -> s.received().toString().contains(Mail.TEXT)));
      return true;
    } catch (InterruptedException | AssertionError e) {
      return false;
    }
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"close", "550 5.7.1 spam", "451 4.3.0 later", "421 4.3.2 bye", "garbage"})
  void lateFailureIsTriedAgainForTheOthersOnly(String fault) throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    Reaction reaction = fault.equals("close") ? Reaction.close() : Reaction.reply(fault);
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 2, reaction);

    DeliveryResult first = hop.deliver(Mail.to(many(6)));

    assertThat(first).isInstanceOf(Unavailable.class);
    assertThat(replyOf(first))
        .isEqualTo("451 4.5.3 Delivered to some of the recipients only - try again later");
    assertThat(first.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(
            Status.SENT,
            Status.SENT,
            Status.DEFERRED,
            Status.DEFERRED,
            Status.DEFERRED,
            Status.DEFERRED);

    reopen(config ->
        config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2)); // a restart in between
    DeliveryResult second = hop.deliver(Mail.to(many(6)));

    assertThat(second).isInstanceOf(Delivered.class);
    assertThat(second.recipients()).extracting(RecipientResult::status).containsOnly(Status.SENT);
    assertThat(second.recipients().getFirst().text()).contains("earlier try");
    assertEachGotItOnce(6);
  }

  @Test
  void everybodyHasItAfterSeveralTries() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1));
    // Each try delivers to one recipient, and fails at the next.
    AtomicBoolean taken = new AtomicBoolean();
    sink.on(
        SinkEvent.END_OF_DATA,
        call ->
            taken.compareAndSet(false, true)
                ? Reaction.reply("250 2.0.0 Ok")
                : Reaction.reply("451 4.3.0 later"));

    int tries = 0;
    DeliveryResult result;
    do {
      taken.set(false);
      result = hop.deliver(Mail.to(many(5)));
      tries++;
    } while (!(result instanceof Delivered) && tries < 10);

    assertThat(tries).isEqualTo(5);
    assertEachGotItOnce(5);
  }

  @Test
  void messageThatReachedAllCanBeSentAgain() throws Exception {
    lateFailureIsTriedAgainForTheOthersOnly("close");

    hop.deliver(Mail.to(many(6)));

    assertThat(deliveries().values()).containsOnly(2);
  }

  @Test
  void otherMessageIsNotHeldBack() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 2, Reaction.close());
    OutboundMessage message = Mail.to(many(4));
    hop.deliver(message);

    OutboundMessage other =
        new OutboundMessage(
            "other", message.message(), message.received(), message.options(), Bytes.ofLatin1("2"));
    DeliveryResult result = hop.deliver(other);

    assertThat(result.recipients())
        .extracting(RecipientResult::text)
        .noneMatch(t -> t.contains("earlier"));
  }

  @Test
  void ledgerForgetsAfterSomeHours() throws Exception {
    Instant[] now = {Instant.parse("2026-11-20T00:00:00Z")};
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2), () -> now[0]);
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 2, Reaction.close());
    hop.deliver(Mail.to(many(4)));

    now[0] = now[0].plus(Duration.ofHours(9));
    DeliveryResult result = hop.deliver(Mail.to(many(4)));

    assertThat(result.recipients())
        .extracting(RecipientResult::text)
        .noneMatch(t -> t.contains("earlier"));
  }

  @Test
  void fullDiskIsToldAndTheRetryGoesToTheOthersOnly() throws Exception {
    AtomicBoolean full = new AtomicBoolean(true);
    LedgerFile file = LedgerFile.open(spool.resolve("full"), FullDisk.when(full::get));
    NextHopConfig.Smtp config = config().with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2);
    try (SmtpNextHop onFullDisk =
        SmtpNextHop.open(
            config, "gateway.example", DeliveredLedger.open(file, InstantSource.system()))) {
      DeliveryResult failed = onFullDisk.deliver(Mail.to(many(4)));
      full.set(false);
      DeliveryResult result = onFullDisk.deliver(Mail.to(many(4)));

      assertThat(replyOf(failed)).isEqualTo("452 4.3.1 Insufficient system storage");
      assertThat(result).isInstanceOf(Delivered.class);
      assertEachGotItOnce(4);
    }
  }

  @Test
  void fullDiskAfterTheFirstDotIsToldAndStops() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          closeLedger(call);
          return Reaction.reply("250 2.0.0 Ok");
        });

    DeliveryResult result = hop.deliver(Mail.to(many(6)));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(sink.messages()).hasSize(1);
  }

  @Test
  void messageThatCannotBeIdentifiedIsNotDeliveredInParts() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    OutboundMessage whole = Mail.to(many(6));
    OutboundMessage message =
        new OutboundMessage(
            "q",
            whole.message(),
            whole.received(),
            whole.options(),
            () -> {
              throw new UncheckedIOException(new IOException("disk is broken"));
            });

    assertThat(replyOf(hop.deliver(message)))
        .isEqualTo("451 4.3.0 Local problem - try again later");
    assertThat(sink.messages()).isEmpty();
  }

  /** The nearest to a disk that fails which can be had everywhere. */
  private void closeLedger(SinkCall call) {
    if (call.session() == 1) {
      hop.close();
    }
  }

  @Test
  void tenThousandRecipientsLeaveNothingInTheLedger() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1000));

    DeliveryResult result = hop.deliver(Mail.to(many(10_000)));

    assertThat(result).isInstanceOf(Delivered.class);
    assertEachGotItOnce(10_000);
    assertThat(Files.size(spool.resolve("delivered.log"))).isZero();
  }

  private void assertEachGotItOnce(int count) {
    Map<String, Integer> deliveries = deliveries();
    assertThat(deliveries).hasSize(count);
    assertThat(deliveries.values()).containsOnly(1);
  }

  private Map<String, Integer> deliveries() {
    Map<String, Integer> deliveries = new TreeMap<>();
    for (SinkMessage message : sink.messages()) {
      if (message.accepted()) {
        message.recipients().forEach(recipient -> deliveries.merge(recipient, 1, Integer::sum));
      }
    }
    return deliveries;
  }

  private static String[] many(int count) {
    List<String> mailboxes = new ArrayList<>();
    IntStream.range(0, count).forEach(i -> mailboxes.add("r" + i + "@example.net"));
    return mailboxes.toArray(String[]::new);
  }
}
