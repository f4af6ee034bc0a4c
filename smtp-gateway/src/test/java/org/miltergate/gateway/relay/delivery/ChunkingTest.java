package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Refused;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;

/** Content by BDAT. */
class ChunkingTest extends RelayFixture {

  @BeforeEach
  void offerChunks() throws Exception {
    sink.extensions("PIPELINING", "CHUNKING");
    reopen(config -> config.with(NextHopConfig.Smtp.CHUNKING, true));
  }

  @Test
  void messageGoesInOneChunkWithoutDots() throws Exception {
    String text = "Subject: x\r\n\r\n.\r\n..two\r\nbare\n.\r\nno end";

    DeliveryResult result = hop.deliver(Mail.text(text, "one@a", "two@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    int length = Mail.RECEIVED.length() + text.length();
    assertThat(sink.session(1).lines())
        .containsExactly(
            "EHLO gateway.example",
            "MAIL FROM:<sender@example.org>",
            "RCPT TO:<one@a>",
            "RCPT TO:<two@a>",
            "BDAT " + length + " LAST");
    assertThat(sink.messages().getFirst().content())
        .isEqualTo(Mail.RECEIVED.concat(Bytes.ofLatin1(text)));
    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(1);
  }

  @Test
  void lengthIsThatOfWhatIsSentEvenIfALineIsAdded() throws Exception {
    // Below our Received field a body that begins with a blank gets a line in front.
    OutboundMessage message = Mail.text(" no header at all\r\n", "one@a");

    assertThat(hop.deliver(message)).isInstanceOf(Delivered.class);

    SinkMessage arrived = sink.messages().getFirst();
    assertThat(sink.session(1).lines()).contains("BDAT " + arrived.content().length() + " LAST");
    assertThat(arrived.content().toString()).endsWith("\r\n\r\n no header at all\r\n");
  }

  @Test
  void largeMessageArrivesWhole() throws Exception {
    String text = Mail.TEXT + ("." + "x".repeat(997) + "\r\n").repeat(5000);

    assertThat(hop.deliver(Mail.text(text, "one@a"))).isInstanceOf(Delivered.class);

    assertThat(sink.messages().getFirst().content())
        .isEqualTo(Mail.RECEIVED.concat(Bytes.ofLatin1(text)));
  }

  @Test
  void severalTransactionsEndWithAnEmptyChunk() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.CHUNKING, true)
                .set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1)));

    assertThat(hop.deliver(Mail.to("one@a", "two@a"))).isInstanceOf(Delivered.class);

    int length = Mail.RECEIVED.length() + Mail.TEXT.length();
    for (int session = 1; session <= 2; session++) {
      assertThat(sink.session(session).lines()).endsWith("BDAT " + length, "BDAT 0 LAST");
    }
    assertThat(sink.messages()).hasSize(2);
  }

  @Test
  void refusedChunkEndsAllBeforeAnybodyHasIt() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.CHUNKING, true)
                .set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, 1)));
    sink.on(SinkEvent.BDAT, call -> call.session() == 2, Reaction.reply("552 5.3.4 too large"));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result).isInstanceOf(Refused.class);
    assertThat(replyOf(result)).isEqualTo("552 5.3.4 too large");
    assertThat(sink.messages()).isEmpty();
    assertThat(hop.idleConnections()).isZero();
  }

  @Test
  void refusalAtTheEndIsTheMessages() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.reply("550 5.7.1 spam"));

    assertThat(replyOf(hop.deliver(Mail.to("one@a")))).isEqualTo("550 5.7.1 spam");
    assertThat(hop.idleConnections()).isOne();
  }

  @Test
  void lostConnectionAtTheEndIsUnknown() throws Exception {
    sink.on(SinkEvent.END_OF_DATA, Reaction.close());

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.2 ");
    assertThat(((Unavailable) result).cause()).contains("message may be sent more than once");
  }

  @Test
  void withoutTheOfferItIsData() throws Exception {
    sink.extensions("PIPELINING");

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines()).contains("DATA").noneMatch(l -> l.startsWith("BDAT"));
  }

  @Test
  void withoutTheWishItIsData() throws Exception {
    reopen(config -> config);

    hop.deliver(Mail.message(Mail.to("one@a").message(), Set.of()));

    assertThat(sink.session(1).lines()).contains("DATA");
  }

  @Test
  void lmtpHasChunksToo() throws Exception {
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.CHUNKING, true)
                .set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP)));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.session(1).lines()).first().isEqualTo("LHLO gateway.example");
    assertThat(sink.session(1).lines()).last().asString().startsWith("BDAT ").endsWith(" LAST");
  }
}
