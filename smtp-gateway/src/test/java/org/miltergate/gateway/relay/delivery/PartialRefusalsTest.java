package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/**
 * Some recipients are refused permanently, and the sender can be told: nothing is lost, nothing
 * comes twice, in any order things fail.
 */
class PartialRefusalsTest extends RelayFixture {
  private static final String NOT_TOLD =
      "451 4.5.3 Sender cannot be told of refused recipients - try again later";
  private static final String PARTLY =
      "451 4.5.3 Delivered to some of the recipients only - try again later";

  private BouncingNotice notice;

  @BeforeEach
  void refuseNobody() {
    notice = new BouncingNotice(hop);
    sink.on(SinkEvent.RCPT, call -> call.line().contains("nobody"), Reaction.reply("550 5.1.1 no"));
  }

  @Test
  void othersGetItAndTheSenderIsToldBefore() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b", "three@c"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.SENT, Status.BOUNCED, Status.SENT);
    assertThat(result.recipients().get(1).text()).contains("said: 550 5.1.1 no");
    assertThat(notice.given()).containsExactly(List.of("nobody@b"));
    List<SinkMessage> messages = sink.awaitMessages(2);
    assertThat(messages.get(0).mail()).startsWith("MAIL FROM:<>");
    assertThat(messages.get(1).recipients())
        .containsExactly("RCPT TO:<one@a>", "RCPT TO:<three@c>");
    assertThat(messages).allMatch(SinkMessage::accepted);
    assertLedgerIsEmpty();
  }

  @Test
  void noticeGoesOutWhileTheMessageLacksItsDotOnly() throws Exception {
    AtomicReference<String> seen = new AtomicReference<>("");
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          if (call.session() == 2) {
            try {
              sink.awaitSessions(
                  "content", all -> all.getFirst().received().toString().endsWith("Hello\r\n"));
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
            seen.set(sink.session(1).received().toString());
          }
          return Reaction.reply("250 2.0.0 Ok");
        });

    notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(seen.get()).endsWith(Mail.TEXT);
    assertThat(sink.session(1).received().toString()).contains(Mail.TEXT + ".\r\n");
  }

  @ParameterizedTest(name = "{0} of the notice: {1}")
  @CsvSource({
    "MAIL, 550 5.7.1 no",
    "RCPT, 450 4.2.0 later",
    "RCPT, 550 5.1.1 unknown",
    "DATA, 451 4.3.0 no",
    "END_OF_DATA, 554 5.6.0 no",
    "END_OF_DATA, close",
    "MAIL, close"
  })
  void nothingIsSentIfTheSenderCannotBeTold(SinkEvent event, String fault) throws Exception {
    Reaction reaction = fault.equals("close") ? Reaction.close() : Reaction.reply(fault);
    sink.on(event, call -> call.session() >= 2, reaction);

    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(result).isInstanceOf(Unavailable.class);
    assertThat(replyOf(result)).isEqualTo(NOT_TOLD);
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsOnly(Status.DEFERRED);
    sink.awaitSessions("end of the first", all -> all.getFirst().ended());
    assertThat(sink.messages()).noneMatch(SinkMessage::accepted);
    assertLedgerIsEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"451 4.3.0 later", "close", "garbage", "421 4.3.2 bye"})
  void senderIsNotToldAgainWhenTheMessageFailsBehindTheNotice(String fault) throws Exception {
    AtomicBoolean first = new AtomicBoolean(true);
    sink.on(
        SinkEvent.END_OF_DATA,
        call ->
            call.session() == 1 && first.getAndSet(false)
                ? fault.equals("close") ? Reaction.close() : Reaction.reply(fault)
                : Reaction.reply("250 2.0.0 Ok"));

    DeliveryResult failed = notice.deliver(hop, notice.to("one@a", "nobody@b"));
    reopen(config -> config); // a restart in between
    BouncingNotice second = new BouncingNotice(hop);
    DeliveryResult result = hop.deliver(second.to("one@a", "nobody@b"));

    assertThat(replyOf(failed)).startsWith("451 ");
    assertThat(failed.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.DEFERRED, Status.BOUNCED);
    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.SENT, Status.BOUNCED);
    assertThat(result.recipients().get(1).text()).contains("sender was told");
    assertThat(notice.given()).hasSize(1);
    assertThat(second.given()).isEmpty();
    assertThat(accepted("one@a")).isEqualTo(1);
    assertThat(accepted("sender@example.org")).isEqualTo(1);
    assertLedgerIsEmpty();
  }

  @Test
  void noDotFollowsANoticeThatTookAllTheTime() throws Exception {
    Duration limit = Duration.ofSeconds(2);
    AtomicBoolean first = new AtomicBoolean(true);
    reopen(config ->
        config.with(
            NextHopConfig.Smtp.TIMEOUTS, config.timeouts().with(NextHopTimeouts.DELIVERY, limit)));
    notice = new BouncingNotice(hop);
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.session() == 2 && first.getAndSet(false),
        Reaction.pause(limit.plusMillis(500)).then(Reaction.reply("250 2.0.0 Ok")));

    DeliveryResult late = notice.deliver(hop, notice.to("one@a", "nobody@b"));
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(replyOf(late)).startsWith("451 4.4.2 Next hop timed out");
    assertThat(((Unavailable) late).cause())
        .endsWith("while sending message body: the time limit of the delivery has passed");
    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(notice.given()).hasSize(1);
    assertThat(accepted("one@a")).isEqualTo(1);
    assertLedgerIsEmpty();
  }

  @Test
  void finalRefusalBehindTheNoticeIsTheClients() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 1, Reaction.reply("554 5.7.1 spam"));

    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("554 5.7.1 spam");
    assertLedgerIsEmpty();
  }

  @Test
  void temporaryRefusalOfOneStopsAllAndTellsNobody() throws Exception {
    sink.on(
        SinkEvent.RCPT, call -> call.line().contains("late"), Reaction.reply("450 4.2.1 later"));

    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b", "late@c"));

    assertThat(replyOf(result)).isEqualTo("450 4.2.1 later");
    assertThat(notice.given()).isEmpty();
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void refusalOfAllIsTheClients() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.to("nobody@a", "nobody@b"));

    assertThat(replyOf(result)).isEqualTo("550 5.1.1 no");
    assertThat(notice.given()).isEmpty();
  }

  @Test
  void othersGetItWhereNobodyIsToBeTold() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.needless().to("one@a", "nobody@b"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.messages()).hasSize(1);
    assertLedgerIsEmpty();
  }

  @Test
  void severalTransactionsWaitForTheNotice() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 2));
    notice = new BouncingNotice(hop);

    DeliveryResult result =
        notice.deliver(hop, notice.to("r1@a", "nobody@b", "r2@c", "r3@d", "nobody@e"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(notice.given()).containsExactly(List.of("nobody@b", "nobody@e"));
    assertThat(sink.awaitMessages(3).getFirst().mail()).startsWith("MAIL FROM:<>");
    for (String recipient : List.of("r1@a", "r2@c", "r3@d")) {
      assertThat(accepted(recipient)).isEqualTo(1);
    }
    // The transaction in which all were refused is gone before any content is sent.
    assertThat(sink.sessions()).hasSize(3);
  }

  @Test
  void refusalOfALaterTransactionIsToldToTheSender() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1));
    notice = new BouncingNotice(hop);
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 2, Reaction.reply("552 5.2.2 full"));

    DeliveryResult result = notice.deliver(hop, notice.to("r1@a", "r2@b", "r3@c"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.SENT, Status.BOUNCED, Status.SENT);
    assertThat(notice.given()).containsExactly(List.of("r2@b"));
    assertLedgerIsEmpty();
  }

  @Test
  void lateNoticeThatFailsIsTriedAgainWithoutTheMessage() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1));
    notice = new BouncingNotice(hop);
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.line().isEmpty() && call.session() == 2 && call.number() == 1,
        Reaction.reply("552 5.2.2 full"));
    sink.on(SinkEvent.RCPT, call -> call.line().contains("r2@"), Reaction.reply("250 2.1.5 Ok"));
    AtomicBoolean bouncesPass = new AtomicBoolean();
    sink.on(
        SinkEvent.RCPT,
        call -> call.line().contains("sender@") && !bouncesPass.get(),
        Reaction.reply("450 4.2.0 later"));

    DeliveryResult failed = notice.deliver(hop, notice.to("r1@a", "r2@b", "r3@c"));
    bouncesPass.set(true);
    sink.on(SinkEvent.RCPT, call -> call.line().contains("r2@"), Reaction.reply("550 5.1.1 gone"));
    DeliveryResult result = notice.deliver(hop, notice.to("r1@a", "r2@b", "r3@c"));

    assertThat(replyOf(failed)).isEqualTo(PARTLY);
    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(accepted("r1@a")).isEqualTo(1);
    assertThat(accepted("r3@c")).isEqualTo(1);
    assertThat(accepted("sender@example.org")).isEqualTo(1);
    assertLedgerIsEmpty();
  }

  @Test
  void refusalOfTheMessageAtARetryIsToldToTheSender() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1));
    notice = new BouncingNotice(hop);
    sink.on(SinkEvent.END_OF_DATA, call -> call.session() == 2, Reaction.close());
    DeliveryResult failed = notice.deliver(hop, notice.to("r1@a", "r2@b"));
    sink.on(
        SinkEvent.MAIL, call -> !call.line().contains("<>"), Reaction.reply("550 5.7.1 no more"));

    DeliveryResult result = notice.deliver(hop, notice.to("r1@a", "r2@b"));

    assertThat(replyOf(failed)).isEqualTo(PARTLY);
    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(notice.given()).containsExactly(List.of("r2@b"));
    assertThat(accepted("r1@a")).isEqualTo(1);
    assertLedgerIsEmpty();
  }

  @Test
  void ledgerThatTakesNothingStopsTheMessageBehindTheNotice() throws Exception {
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> {
          hop.close(); // the nearest to a disk that fails which can be had everywhere
          return Reaction.reply("250 2.0.0 Ok");
        });

    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "nobody@b"));

    assertThat(replyOf(result)).isEqualTo("452 4.3.1 Insufficient system storage");
    assertThat(accepted("one@a")).isZero();
  }

  /** Returns how often the sink took a message for a recipient. */
  private long accepted(String mailbox) {
    return sink.messages().stream()
        .filter(SinkMessage::accepted)
        .filter(m -> m.recipients().stream().anyMatch(r -> r.startsWith("RCPT TO:<" + mailbox)))
        .count();
  }

  private void assertLedgerIsEmpty() throws Exception {
    hop.close();
    try (DeliveredLedger ledger = DeliveredLedger.open(spool, java.time.InstantSource.system())) {
      assertThat(ledger.size()).isZero();
    }
    assertThat(Files.exists(spool.resolve("delivered.log"))).isTrue();
    hop = SmtpNextHop.open(config(), "gateway.example", spool);
  }
}
