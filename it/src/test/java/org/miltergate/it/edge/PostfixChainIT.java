package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.peers.Certificates;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.postfix.Postfix;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Postfix, the gateway, and another Postfix: both legs inside TLS whose certificates are checked.
 *
 * <p>The last Postfix throws mail for remote.test away as delivered, and sends reports about it to
 * a sink.
 */
@ExtendWith(LabExtension.class)
class PostfixChainIT {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static ScriptedSmtpSink reports;
  private static Postfix first;
  private static Postfix last;
  private static EdgeGateway gateway;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    Path folder = lab.newFolder();
    Certificates certificates = Certificates.in(folder).with("edge.test").with("mta.test");
    reports = lab.add(ScriptedSmtpSink.start());
    last =
        lab.start(where ->
            Postfix.relayingTo(reports.port())
                .set("transport_maps", "inline:{{remote.test = discard:}}")
                .set("smtpd_tls_security_level", "encrypt")
                .set("smtpd_tls_chain_files", chain(certificates, "mta.test"))
                .set("smtpd_tls_loglevel", "1")
                .listener("smtp", List.of(), Map.of())
                .start(where));
    gateway =
        EdgeGateway.start(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
                tls:
                  mode: starttls
                  required: true
                  certificate: %s
                  key: %s
            next-hop:
              address: smtp://127.0.0.1:%d
              tls: verify
              tls-ca: %s
              tls-name: mta.test
            """
                .formatted(
                    certificates.chain("edge.test"),
                    certificates.key("edge.test"),
                    last.smtp("smtp").getPort(),
                    certificates.authority()));
    first =
        lab.start(where ->
            Postfix.relayingTo(gateway.port())
                .set("smtp_tls_security_level", "verify")
                .set("smtp_tls_verify_cert_match", "edge.test")
                .set("smtp_tls_CAfile", certificates.authority().toString())
                .set("smtp_tls_loglevel", "1")
                .listener("smtp", List.of(), Map.of())
                .start(where));
  }

  private static String chain(Certificates certificates, String name) {
    return certificates.key(name) + ", " + certificates.chain(name);
  }

  @Test
  void whatTheSenderWantsToKnowReachesTheLastServer() throws Exception {
    try (SmtpDialogue smtp = SmtpDialogue.connect(first.smtp("smtp"))) {
      smtp.send("EHLO client.test");
      smtp.send("MAIL FROM:<alice@client.test> RET=HDRS ENVID=order+2B66 BODY=8BITMIME");
      smtp.send(
          "RCPT TO:<bob@remote.test> NOTIFY=SUCCESS,DELAY ORCPT=rfc822;old+2Bbob@remote.test");
      smtp.send("RCPT TO:<carol@remote.test> NOTIFY=NEVER");
      assertThat(smtp.sendMessage(TestMails.ham()).code()).isEqualTo(250);
    }

    String report = reports.awaitMessages(1).getFirst().content().toString();
    assertThat(report)
        .contains("Original-Envelope-Id: order+66")
        .contains("Original-Recipient: rfc822;old+bob@remote.test")
        .contains("Final-Recipient: rfc822; bob@remote.test")
        .contains("Action: delivered")
        .contains("Content-Type: text/rfc822-headers")
        .doesNotContain("carol");
    first.awaitEmptyQueue(PATIENCE);
    await(first, "Verified TLS connection established to 127.0.0.1");
    await(last, "TLS connection established from unknown[127.0.0.1]: TLSv1.3");
    gateway.awaitLog("to=<carol@remote.test>", "status=sent (250 2.0.0 Ok: queued as ");
    assertThat(reports.messages()).hasSize(1);
  }

  /** Postfix connects for each message; the gateway keeps its connections. */
  @Test
  void manyMessagesPassOnFewConnections() throws Exception {
    long before = connectionsToTheLast();

    for (int i = 0; i < 20; i++) {
      try (SmtpDialogue smtp = SmtpDialogue.connect(first.smtp("smtp"))) {
        assertThat(smtp.deliver("", List.of("b" + i + "@remote.test"), TestMails.ham()).code())
            .isEqualTo(250);
      }
    }

    first.awaitEmptyQueue(PATIENCE);
    for (int i = 0; i < 20; i++) {
      await(last, "to=<b" + i + "@remote.test>");
    }
    assertThat(connectionsToTheLast() - before).isLessThan(20);
  }

  private static long connectionsToTheLast() {
    return last.log().lines().filter(line -> line.contains(": connect from ")).count();
  }

  private static void await(Postfix postfix, String line) {
    Awaitility.await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(postfix.log()).contains(line));
  }
}
