package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;

/** What the next hop refuses: nothing is delivered, and the client gets its reply. */
class RefusalsTest extends RelayFixture {

  @ParameterizedTest(name = "{0} refused with {1}")
  @CsvSource({
    "MAIL, 550 5.1.8 bad sender",
    "MAIL, 452 4.3.1 no room",
    "RCPT, 550 5.1.1 no such user",
    "RCPT, 450 4.2.1 try later",
    "DATA, 554 5.7.1 no",
    "END_OF_DATA, 554 5.7.1 spam",
    "END_OF_DATA, 451 4.7.1 grey",
  })
  void clientGetsTheNextHopsReply(SinkEvent event, String reply) throws Exception {
    sink.on(event, Reaction.reply(reply));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo(reply);
    RecipientResult recipient = result.recipients().getFirst();
    assertThat(recipient.status())
        .isEqualTo(reply.startsWith("4") ? Status.DEFERRED : Status.BOUNCED);
    assertThat(recipient.dsn()).isEqualTo(reply.split(" ")[1]);
    assertThat(recipient.text()).startsWith("host 127.0.0.1").contains("said: " + reply);
  }

  @ParameterizedTest(name = "pipelining: {0}")
  @ValueSource(booleans = {true, false})
  void oneRefusedOfManyStopsTheMessageForAll(boolean pipelining) throws Exception {
    sink.extensions(pipelining ? "PIPELINING" : "SIZE");
    sink.on(
        SinkEvent.RCPT,
        call -> call.line().contains("two"),
        Reaction.reply("550-5.1.1 no such", "550 5.1.1 user"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@b", "three@c"));

    assertThat(replyOf(result)).isEqualTo("550 5.1.1 no such / 5.1.1 user");
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsOnly(Status.BOUNCED);
    assertThat(result.recipients().get(0).text())
        .startsWith("not sent, because <two@b> was refused: host 127.0.0.1");
    assertThat(sink.messages()).isEmpty();
    assertThat(sink.session(1).lines()).doesNotContain("DATA").endsWith("RSET");
    assertThat(hop.idleConnections()).isEqualTo(1);
  }

  @Test
  void aTemporaryRefusalGoesBeforeAFinalOne() throws Exception {
    sink.on(SinkEvent.RCPT, call -> call.number() == 1, Reaction.reply("550 5.1.1 no"));
    sink.on(SinkEvent.RCPT, call -> call.number() == 3, Reaction.reply("450 4.2.1 later"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@b", "three@c"));

    assertThat(replyOf(result)).isEqualTo("450 4.2.1 later");
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsOnly(Status.DEFERRED);
    assertThat(result.recipients())
        .extracting(RecipientResult::dsn)
        .containsExactly("5.1.1", "4.2.1", "4.2.1");
  }

  @Test
  void allRefusedIsNoDelivery() throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply("550 5.1.1 no"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@b"));

    assertThat(replyOf(result)).isEqualTo("550 5.1.1 no");
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void connectionIsClosedWhereAMessageIsAwaitedForNobody() throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply("550 5.1.1 no"));
    // A server that takes DATA anyway, and waits for the message now.
    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).isEqualTo("550 5.1.1 no");
    assertThat(hop.idleConnections()).isZero();
    sink.awaitSessions("end", all -> all.getFirst().ended());
    assertThat(sink.messages()).isEmpty();
  }

  @Test
  void resetsTheTransactionWhereDataWasRefusedToo() throws Exception {
    sink.on(SinkEvent.RCPT, Reaction.reply("550 5.1.1 no"));
    sink.on(SinkEvent.DATA, Reaction.reply("554 5.5.1 no valid recipients"));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).isEqualTo("550 5.1.1 no");
    assertThat(sink.session(1).lines()).endsWith("DATA", "RSET");
    assertThat(hop.idleConnections()).isEqualTo(1);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({"MAIL", "RCPT", "DATA", "END_OF_DATA"})
  void codeThatClosesIsNotPassedOn(SinkEvent event) throws Exception {
    sink.on(event, Reaction.reply("521 5.3.2 no mail here").then(Reaction.close()));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@b"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("554 5.3.2 no mail here");
    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsOnly(Status.BOUNCED);
  }

  @Test
  void tooLargeAMessageIsNotOffered() throws Exception {
    sink.extensions("PIPELINING", "SIZE 40");

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result))
        .isEqualTo("552 5.3.4 Message size 59 exceeds the limit of 40 of the next hop");
    assertThat(sink.session(1).lines()).containsExactly("EHLO gateway.example");
  }

  @Test
  void internationalMailNeedsTheExtension() throws Exception {
    sink.extensions("PIPELINING");
    MailMessage ascii = Mail.to("one@a").message();
    MailMessage international = Mail.text("Subject: \u00e9\r\n\r\n", "one@a").message();

    DeliveryResult refused = hop.deliver(Mail.message(international, Set.of(MailOption.SMTPUTF8)));
    DeliveryResult taken = hop.deliver(Mail.message(ascii, Set.of(MailOption.SMTPUTF8)));

    assertThat(replyOf(refused)).startsWith("553 5.6.7 SMTPUTF8 is required");
    assertThat(taken).isInstanceOf(DeliveryResult.Delivered.class);
  }

  @Test
  void noLineEndGetsIntoTheDialogue() throws Exception {
    Sender sender = new Sender(Bytes.ofLatin1("<s@a>"), List.of());
    Recipient evil = new Recipient(Bytes.ofLatin1("<r@b>\r\nRCPT TO:<x@c>"), List.of());
    MailMessage message = Mail.to("one@a").message();
    MailMessage changed =
        new MailMessage(
            new Envelope(sender, List.of(evil)),
            message.header(),
            message.separator(),
            message.body());

    DeliveryResult result = hop.deliver(Mail.message(changed, Set.of()));

    assertThat(replyOf(result)).isEqualTo("553 5.1.3 Address contains a control character");
    assertThat(sink.sessions()).isEmpty();
  }

  @Test
  void addressesGetTheirBracketsAndNullSendersStay() throws Exception {
    Sender sender = new Sender(Bytes.ofLatin1("<>"), List.of());
    Recipient bare = new Recipient(Bytes.ofLatin1("r@b"), List.of());
    MailMessage message = Mail.to("one@a").message();
    MailMessage changed =
        new MailMessage(
            new Envelope(sender, List.of(bare)),
            message.header(),
            message.separator(),
            message.body());

    hop.deliver(Mail.message(changed, Set.of()));

    assertThat(sink.awaitMessages(1).getFirst().mail()).startsWith("MAIL FROM:<> SIZE=");
    assertThat(sink.messages().getFirst().recipients()).containsExactly("RCPT TO:<r@b>");
  }
}
