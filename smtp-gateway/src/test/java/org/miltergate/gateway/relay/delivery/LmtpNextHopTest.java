package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.DeliveryResult.Delivered;
import org.miltergate.gateway.relay.DeliveryResult.Unavailable;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;

/** LMTP, over TCP and over a Unix-domain socket. */
class LmtpNextHopTest extends RelayFixture {
  @TempDir Path sockets;

  private void openLmtp() throws Exception {
    reopen(config -> config.with(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP));
  }

  @Test
  void saysLhloAndReadsAReplyForEachRecipient() throws Exception {
    openLmtp();

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a", "three@a"));

    assertThat(result).isInstanceOf(Delivered.class);
    assertThat(sink.session(1).lines())
        .containsExactly(
            "LHLO gateway.example",
            "MAIL FROM:<sender@example.org> SIZE=" + (Mail.TEXT.length() + Mail.RECEIVED.length()),
            "RCPT TO:<one@a>",
            "RCPT TO:<two@a>",
            "RCPT TO:<three@a>",
            "DATA");
    assertThat(hop.idleConnections()).isOne();

    assertThat(hop.deliver(Mail.to("four@a", "five@a"))).isInstanceOf(Delivered.class);
    assertThat(sink.sessions()).hasSize(1);
    assertThat(sink.messages()).hasSize(2);
  }

  @Test
  void repliesBelongToTheRecipientsThatWereAccepted() throws Exception {
    openLmtp();
    sink.on(
        SinkEvent.END_OF_DATA,
        call -> Reaction.reply("250 2.1.5 " + call.line().substring("RCPT TO:".length())));

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

    assertThat(result.recipients())
        .extracting(RecipientResult::text)
        .containsExactly("250 2.1.5 <one@a>", "250 2.1.5 <two@a>");
  }

  @Test
  void thereIsNoHelo() throws Exception {
    openLmtp();
    sink.on(SinkEvent.LHLO, Reaction.reply("500 5.5.1 this is SMTP"));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.1 ");
    assertThat(((Unavailable) result).cause())
        .endsWith("said: 500 5.5.1 this is SMTP (in reply to LHLO command)");
    assertThat(sink.session(1).lines()).containsExactly("LHLO gateway.example");
  }

  @Test
  void lostConnectionBetweenRepliesLeavesTheOthersUnknown() throws Exception {
    openLmtp();
    sink.on(SinkEvent.END_OF_DATA, call -> call.number() == 2, Reaction.close());

    DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a", "three@a"));

    assertThat(result.recipients())
        .extracting(RecipientResult::status)
        .containsExactly(Status.SENT, Status.DEFERRED, Status.DEFERRED);
    assertThat(hop.idleConnections()).isZero();
  }

  @Test
  void speaksOverAUnixSocket() throws Exception {
    Path path = sockets.resolve("lmtp");
    try (ScriptedSmtpSink local = ScriptedSmtpSink.startUnix(path)) {
      hop.close();
      hop =
          SmtpNextHop.open(
              (NextHopConfig.Smtp) NextHopConfig.parse("lmtp:unix:" + path),
              "gateway.example",
              spool);

      DeliveryResult result = hop.deliver(Mail.to("one@a", "two@a"));

      assertThat(result).isInstanceOf(Delivered.class);
      assertThat(result.recipients().getFirst().relay()).isEqualTo("gateway.example[" + path + "]");
      assertThat(local.session(1).lines()).startsWith("LHLO gateway.example");
      assertThat(local.messages()).hasSize(1);
      assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);
      assertThat(local.sessions()).hasSize(1);
    }
  }

  @Test
  void missingSocketIsATempfail() throws Exception {
    Path path = sockets.resolve("nobody");
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP)
                .set(NextHopConfig.Smtp.TARGET, new NextHopTarget.Unix(path))
                .set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.NONE))));

    DeliveryResult result = hop.deliver(Mail.to("one@a"));

    assertThat(replyOf(result)).startsWith("451 4.4.1 ");
    assertThat(((Unavailable) result).cause()).startsWith("connect to " + path + ": ");
    assertThat(Files.exists(path)).isFalse();
  }

  @Test
  void beginsTlsAsSmtpDoes() throws Exception {
    sink.startTls(TestTls.server("good"));
    reopen(config ->
        config.with(c ->
            c.set(NextHopConfig.Smtp.PROTOCOL, NextHopProtocol.LMTP)
                .set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.ENCRYPT))));

    assertThat(hop.deliver(Mail.to("one@a"))).isInstanceOf(Delivered.class);

    assertThat(sink.session(1).lines())
        .startsWith("LHLO gateway.example", "STARTTLS", "LHLO gateway.example");
  }
}
