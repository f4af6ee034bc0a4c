package org.miltergate.gateway.relay.delivery;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.miltergate.gateway.relay.DeliveryLog;
import org.miltergate.gateway.relay.DeliveryResult;
import org.miltergate.gateway.relay.Mail;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.RecipientResult;
import org.miltergate.gateway.relay.RecipientResult.Status;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.SinkCommand;
import org.miltergate.milter.test.smtp.SinkEvent;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.milter.test.smtp.SinkSession;

class SmtpNextHopTest extends RelayFixture {
  @Test
  void deliversEnvelopeAndExactBytes() throws Exception {
    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    SinkMessage message = sink.awaitMessages(1).getFirst();
    assertThat(message.content()).isEqualTo(Mail.RECEIVED.concat(Bytes.ofLatin1(Mail.TEXT)));
    assertThat(message.mail()).isEqualTo("MAIL FROM:<sender@example.org> SIZE=59");
    assertThat(message.recipients()).containsExactly("RCPT TO:<one@example.net>");
    assertThat(result).isInstanceOf(DeliveryResult.Delivered.class);
    RecipientResult recipient = result.recipients().getFirst();
    assertThat(recipient.relay()).isEqualTo("127.0.0.1[127.0.0.1]:" + sink.port());
    assertThat(recipient.status()).isEqualTo(Status.SENT);
    assertThat(recipient.text()).isEqualTo("250 2.0.0 Ok: queued as SINK");
  }

  @Test
  void pipelinesUpToDataForOneRecipient() throws Exception {
    hop.deliver(Mail.to("one@example.net"));

    assertThat(pipelined(sink.session(1))).containsExactly(false, false, true, true);
  }

  @Test
  void holdsDataBackUntilSeveralRecipientsAreAccepted() throws Exception {
    hop.deliver(Mail.to("one@example.net", "two@example.net"));

    assertThat(pipelined(sink.session(1))).containsExactly(false, false, true, true, false);
  }

  @Test
  void goesInLockStepWithoutPipelining() throws Exception {
    sink.extensions("8BITMIME");

    hop.deliver(Mail.to("one@example.net", "two@example.net"));

    assertThat(sink.awaitMessages(1)).hasSize(1);
    assertThat(pipelined(sink.session(1))).containsOnly(false);
  }

  @Test
  void fallsBackToHelo() throws Exception {
    sink.on(SinkEvent.EHLO, Reaction.reply("502 5.5.1 not here"));

    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(result).isInstanceOf(DeliveryResult.Delivered.class);
    assertThat(sink.session(1).lines())
        .containsExactly(
            "EHLO gateway.example",
            "HELO gateway.example",
            "MAIL FROM:<sender@example.org>",
            "RCPT TO:<one@example.net>",
            "DATA");
  }

  @Test
  void declaresWhatIsWantedAndOffered() throws Exception {
    MailMessage message = Mail.to("one@example.net").message();

    hop.deliver(Mail.message(message, Set.of(MailOption.EIGHT_BIT_MIME, MailOption.SMTPUTF8)));
    sink.extensions("PIPELINING");
    reopen(config -> config);
    hop.deliver(Mail.message(message, Set.of(MailOption.EIGHT_BIT_MIME, MailOption.SMTPUTF8)));

    assertThat(sink.awaitMessages(2).stream().map(SinkMessage::mail))
        .containsExactly(
            "MAIL FROM:<sender@example.org> SIZE=59 BODY=8BITMIME SMTPUTF8",
            "MAIL FROM:<sender@example.org>");
  }

  @Test
  void reusesConnectionsAndTakesLeaveOfThem() throws Exception {
    for (int i = 0; i < 5; i++) {
      hop.deliver(Mail.to("one@example.net"));
    }
    assertThat(hop.idleConnections()).isEqualTo(1);

    hop.close();

    List<SinkSession> sessions =
        sink.awaitSessions("end", all -> all.stream().allMatch(SinkSession::ended));
    assertThat(sessions).hasSize(1);
    assertThat(sessions.getFirst().lines()).filteredOn("QUIT"::equals).hasSize(1);
    assertThat(sessions.getFirst().lines()).doesNotContain("RSET");
  }

  @Test
  void logsAsPostfixDoes() throws Exception {
    DeliveryResult result = hop.deliver(Mail.to("one@example.net"));

    assertThat(DeliveryLog.lines("4fXyZ1", Duration.ofMillis(123), result).getFirst())
        .matches(
            "4fXyZ1: to=<one@example\\.net>, relay=127\\.0\\.0\\.1\\[127\\.0\\.0\\.1]:[0-9]+,"
                + " delay=[0-9.]+, delays=0\\.12/0/[0-9.]+/[0-9.]+, dsn=2\\.0\\.0, status=sent"
                + " \\(250 2\\.0\\.0 Ok: queued as SINK\\)");
  }

  private static List<Boolean> pipelined(SinkSession session) {
    return session.commands().stream().map(SinkCommand::pipelined).toList();
  }
}
