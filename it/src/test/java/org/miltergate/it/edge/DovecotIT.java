package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.peers.DovecotLmtp;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** Dovecot as the next hop: each recipient has its own reply, some of them after the message. */
@ExtendWith(LabExtension.class)
class DovecotIT {
  private static final String BOB = "bob@remote.test";
  private static final String CAROL = "carol@remote.test";
  private static final String FULL = "full@remote.test";
  private static final String NOBODY = "nobody@remote.test";

  private static DovecotLmtp dovecot;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    dovecot = lab.start(DovecotLmtp::start);
  }

  private static EdgeGateway gateway(Lab lab, String nextHop, String settings) throws Exception {
    return EdgeGateway.start(
        lab, "listeners:\n  - address: 127.0.0.1:0\nnext-hop: %s\n%s".formatted(nextHop, settings));
  }

  private static String tcp() {
    return "lmtp://127.0.0.1:" + dovecot.port();
  }

  private static String unix() {
    return "lmtp:unix:" + dovecot.socket();
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void everybodyGetsTheMessage(boolean bySocket, Lab lab) throws Exception {
    EdgeGateway gateway = gateway(lab, bySocket ? unix() : tcp(), "");
    String body = "by a socket: " + bySocket;

    SmtpAnswer answer = send(gateway, "alice@client.test", body, BOB, CAROL);

    assertThat(answer.toString()).startsWith("250 2.0.0 Ok: queued as ");
    assertThat(dovecot.mails("bob")).filteredOn(mail -> mail.contains(body)).hasSize(1);
    assertThat(dovecot.mails("carol")).filteredOn(mail -> mail.contains(body)).hasSize(1);
    gateway.awaitLog("to=<" + BOB + ">", "status=sent (250 2.0.0 <" + BOB + ">");
    gateway.awaitLog("to=<" + CAROL + ">", "status=sent (250 2.0.0 <" + CAROL + ">");
  }

  /** By default. */
  @Test
  void aRecipientThatIsUnknownThereIsRefusedAtRcpt(Lab lab) throws Exception {
    EdgeGateway gateway = gateway(lab, unix(), "");

    try (SmtpDialogue smtp = gateway.connect()) {
      smtp.send("EHLO client.test");
      smtp.send("MAIL FROM:<alice@client.test>");
      assertThat(smtp.send("RCPT TO:<" + NOBODY + ">").toString())
          .startsWith("550 5.1.1 ")
          .contains("User doesn't exist");
      assertThat(smtp.send("RCPT TO:<" + BOB + ">").code()).isEqualTo(250);
      assertThat(smtp.sendMessage(TestMails.crlf("Subject: x\n\nchecked\n")).code()).isEqualTo(250);
    }

    assertThat(dovecot.mails("bob")).filteredOn(mail -> mail.contains("checked")).hasSize(1);
  }

  @Test
  void refusalsAtRcptAndAfterTheMessageAreToldToTheClientAndNeverBouncedIntoLmtp(Lab lab)
      throws Exception {
    EdgeGateway gateway = gateway(lab, unix(), "recipient-check: none\n");

    SmtpAnswer answer = send(gateway, CAROL, "partly", BOB, FULL, NOBODY);

    assertThat(answer.toString())
        .startsWith("550")
        .contains("<" + NOBODY + ">: 550 5.1.1 ")
        .contains("<" + FULL + ">: 552 5.2.2 ")
        .contains("Delivered to all other recipients");
    assertThat(dovecot.mails("bob")).filteredOn(mail -> mail.contains("partly")).hasSize(1);
    assertThat(dovecot.mails("carol")).noneMatch(mail -> mail.contains("multipart/report"));
    gateway.awaitLog("to=<" + FULL + ">", "dsn=5.2.2, status=bounced (", "said: 552 5.2.2 ");
  }

  @Test
  void aMessageThatNobodyTakesIsRefused(Lab lab) throws Exception {
    EdgeGateway gateway = gateway(lab, tcp(), "");

    SmtpAnswer answer = send(gateway, CAROL, "for nobody", NOBODY);

    assertThat(answer.toString()).startsWith("550 5.1.1 ");
    assertThat(dovecot.mails("carol")).noneMatch(mail -> mail.contains("for nobody"));
  }

  private static SmtpAnswer send(
      EdgeGateway gateway, String sender, String body, String... recipients) throws Exception {
    try (SmtpDialogue smtp = gateway.connect()) {
      return smtp.deliver(
          sender, List.of(recipients), TestMails.crlf("Subject: x\n\n" + body + "\n"));
    }
  }
}
