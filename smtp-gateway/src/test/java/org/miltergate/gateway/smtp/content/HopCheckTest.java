package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.SmtpReply;

/** Messages that go round in circles. */
class HopCheckTest {
  private static final String FOREIGN = "Received: from a by b (Postfix); now\r\n";
  private static final String OWN =
      "Received: from a (b [192.0.2.1])\r\n\tby gw.test (Miltergate) with ESMTP id 1;\r\n\tnow\r\n";

  @ParameterizedTest(name = "{0} fields: {1}")
  @CsvSource({"48, false", "49, true", "50, true"})
  void countsReceivedFieldsAndOurOwnWhichFollows(int fields, boolean refused) {
    Optional<SmtpReply> reply = new HopCheck("gw.test", 50, 0).check(header(FOREIGN, fields));

    assertThat(reply.map(SmtpReply::toString))
        .isEqualTo(
            refused ? Optional.of("554 5.4.0 Error: too many hops") : Optional.<String>empty());
  }

  @ParameterizedTest(name = "{0} of {1} allowed: {2}")
  @CsvSource({"0, 0, false", "1, 0, true", "1, 1, false", "2, 1, true"})
  void refusesAMessageThatWasHereBefore(int times, int allowed, boolean refused) {
    Optional<SmtpReply> reply = new HopCheck("GW.test", 50, allowed).check(header(OWN, times));

    assertThat(reply.map(SmtpReply::toString))
        .isEqualTo(
            refused
                ? Optional.of("554 5.4.6 Error: mail loops back to myself")
                : Optional.<String>empty());
  }

  @ParameterizedTest(name = "{0}")
  @ValueSource(
      strings = {
        "Received: by other-gw.test (Miltergate) with ESMTP\r\n",
        "Received: by gw.test.example (Miltergate) with ESMTP\r\n",
        "Received: by gwxtest (Miltergate) with ESMTP\r\n",
        "Received: from gw.test by mx (Postfix)\r\n",
        "Received: by gw.test (Postfix)\r\n",
        "Received: by gw.test (Miltergate quarantine)\r\n",
        "X-Received: by gw.test (Miltergate)\r\n"
      })
  void takesOthersForOthers(String field) {
    assertThat(new HopCheck("gw.test", 50, 0).check(header(field, 1))).isEmpty();
  }

  @Test
  void clientHearsOfIt() throws Exception {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.OWN_HOPS, 0)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: Received: from x by gw.test (Miltergate) with SMTP id 1; now
          C:
          C: .
          S: 554 5.4.6 Error: mail loops back to myself
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log())
          .anyMatch(line -> line.contains("reject: END-OF-MESSAGE") && line.contains("5.4.6"));
    }
  }

  @ParameterizedTest(name = "{0} times")
  @CsvSource({"0, false", "1, false", "10, false", "11, true"})
  void mailOfAListPassesByDefaultAndALoopEnds(int times, boolean refused) throws Exception {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<list-bounces@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<member@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          """);
      client.send(OWN.repeat(times) + "\r\n.\r\n");
      client.play("S: " + (refused ? "554 5.4.6 Error: mail loops back to myself" : "250 ..."));
    }
  }

  private static HeaderBlock header(String field, int times) {
    return HeaderBlock.of(
        java.util.Collections.nCopies(times, HeaderField.ofRaw(Bytes.ofLatin1(field))));
  }
}
