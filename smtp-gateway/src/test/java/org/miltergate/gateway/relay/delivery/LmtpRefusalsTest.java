package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;

/**
 * A reply for each recipient after the final dot: those who are refused are told to the client, or
 * retried.
 */
class LmtpRefusalsTest extends RelayFixture {
  private static final String PARTLY =
      "451 4.5.3 Delivered to some of the recipients only - try again later";

  /** What the sink says after the dot to recipients whose address holds the text. */
  private final AtomicReference<Reaction> toTwo = new AtomicReference<>();

  private BouncingNotice notice;

  @BeforeEach
  void speakLmtp() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP));
    notice = new BouncingNotice(hop);
    toTwo.set(Reaction.reply("552 5.2.2 over quota"));
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> call.line().contains("two@") ? toTwo.get() : Reaction.reply("250 2.0.0 Ok: taken"));
  }

  @Test
  void finalRefusalOfOneIsToldToTheClient() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "two@b", "three@c"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(((Refused) result).reply().toBytes().toString())
        .isEqualTo(
            """
            552-5.2.2 <two@b>: 552 5.2.2 over quota
            552 5.2.2 Delivered to all other recipients, do not send again to them
            """
                .replace("\n", "\r\n"));
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.SENT, Status.BOUNCED, Status.SENT);
    assertThat(result.recipients().get(1).text())
        .contains("said: 552 5.2.2 over quota (in reply to end of DATA command)");
    assertThat(notice.given()).isEmpty();
    assertThat(sink.awaitMessages(1)).hasSize(1);
    assertLedgerIsEmpty();
  }

  @Test
  void replyNamesTenAndCountsTheOthers() throws Exception {
    DeliveryResult result =
        notice.deliver(hop, notice.to("one@a", "two@b", "two@" + "b".repeat(400)));
    DeliveryResult many =
        notice.deliver(
            hop,
            notice.to(
                IntStream.range(0, 13)
                    .mapToObj(i -> i == 0 ? "one@a" : "two@b" + i)
                    .toArray(String[]::new)));

    assertThat(((Refused) result).reply().lines()).hasSize(3).allMatch(line -> line.length() < 500);
    assertThat(((Refused) many).reply().lines())
        .hasSize(12)
        .element(10)
        .hasToString("5.2.2 and 2 more");
  }

  @Test
  void nobodyIsToldWhereNobodyIsToBeTold() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.needless().to("one@a", "two@b"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertLedgerIsEmpty();
  }

  @Test
  void finalRefusalOfAllIsTheClients() throws Exception {
    DeliveryResult result = notice.deliver(hop, notice.to("two@a", "two@b"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("552 5.2.2 over quota");
    assertThat(notice.given()).isEmpty();
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(strings = {"452 4.2.2 full for now", "421 4.3.2 bye", "close", "garbage"})
  void othersAreNotServedAgainAtTheRetry(String fault) throws Exception {
    toTwo.set(fault.equals("close") ? Reaction.close() : Reaction.reply(fault));
    List<String> served = fault.startsWith("452") ? List.of("one@a", "three@c") : List.of("one@a");

    DeliveryResult failed = notice.deliver(hop, notice.to("one@a", "two@b", "three@c"));
    toTwo.set(Reaction.reply("250 2.0.0 Ok: taken"));
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "two@b", "three@c"));

    assertThat(failed).isInstanceOf(Unavailable.class);
    assertThat(replyOf(failed)).isEqualTo(PARTLY);
    assertThat(sent(failed)).isEqualTo(served);
    assertThat(result).isInstanceOf(Delivered.class);
    List<String> missing = new ArrayList<>(List.of("one@a", "two@b", "three@c"));
    missing.removeAll(served);
    assertThat(sink.messages().getLast().recipients())
        .isEqualTo(missing.stream().map("RCPT TO:<%s>"::formatted).toList());
    assertThat(notice.given()).isEmpty();
  }

  @Test
  void refusalsBeforeAndAfterTheDotAreInOneReply() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.line().contains("none@"), Reaction.reply("550 5.1.1 no"));

    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "two@b", "none@c"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result))
        .isEqualTo(
            "550 5.1.1 <none@c>: 550 5.1.1 no / 5.1.1 <two@b>: 552 5.2.2 over quota"
                + " / 5.1.1 Delivered to all other recipients, do not send again to them");
    assertThat(sent(result)).containsExactly("one@a");
    assertThat(notice.given()).isEmpty();
  }

  @Test
  void refusalForNowGoesBeforeFinalOnes() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.line().contains("none@"), Reaction.reply("550 5.1.1 no"));
    toTwo.set(Reaction.reply("452 4.2.2 full for now"));

    DeliveryResult failed = notice.deliver(hop, notice.to("one@a", "two@b", "none@c"));
    toTwo.set(Reaction.reply("250 2.0.0 Ok: taken"));
    DeliveryResult result = notice.deliver(hop, notice.to("one@a", "two@b", "none@c"));

    assertThat(replyOf(failed)).isEqualTo(PARTLY);
    assertThat(replyOf(result)).startsWith("550 5.1.1 <none@c>: 550 5.1.1 no / ");
    assertThat(sent(result)).containsExactly("one@a", "two@b");
    assertThat(sink.messages().getLast().recipients()).containsExactly("RCPT TO:<two@b>");
    assertLedgerIsEmpty();
  }

  @Test
  void refusalOfTheFirstTransactionLeavesTheOthers() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP)
                .set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1)));
    notice = new BouncingNotice(hop);

    DeliveryResult result = notice.deliver(hop, notice.to("two@a", "one@b"));

    assertThat(replyOf(result)).startsWith("552 5.2.2 <two@a>: 552 5.2.2 over quota / ");
    assertThat(sent(result)).containsExactly("one@b");
  }

  @Test
  void withoutANoticeTheClientTriesAgain() throws Exception {
    assertThat(replyOf(hop.deliver(Mail.to("one@a", "two@b")))).isEqualTo(PARTLY);
  }

  @Test
  void recipientsCanBeCheckedToo() throws Exception {
    try (Delivery check =
        hop.begin(MailParameters.of(notice.to("one@a", "three@b")), DeliveryKind.MESSAGE)) {
      assertThat(check.offer(Mail.recipient("one@a"))).isInstanceOf(RecipientAnswer.Taken.class);
      assertThat(deliver(check, notice.to("one@a", "three@b"))).isInstanceOf(Delivered.class);
    }
  }

  private void assertLedgerIsEmpty() throws Exception {
    hop.close();
    try (DeliveredLedger ledger = DeliveredLedger.open(spool, InstantSource.system())) {
      assertThat(ledger.size()).isZero();
    }
    hop = SmtpNextHop.open(config(), "gateway.example", spool);
  }

  private static List<String> sent(DeliveryResult result) {
    return result.recipients().stream()
        .filter(recipient -> recipient.status() == Status.SENT)
        .map(recipient -> recipient.recipient().mailbox().toString())
        .toList();
  }
}
