package org.miltergate.gateway.log;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.miltergate.gateway.relay.OutboundMessage;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class SmtpLogTest {
  @Test
  void writesTheLinesThatPostfixWrites() throws IOException {
    try (TestServer server = TestServer.start()) {
      try (RawSmtpClient client = server.client()) {
        client.play(
            """
            C: HELO client.test
            S: 250 gw.test
            C: MAIL FROM:<a@example.org>
            S: 250 2.1.0 Ok
            C: RCPT TO:<@bad>
            S: 501 ...
            C: RCPT TO:<b@example.net>
            S: 250 2.1.5 Ok
            C: DATA
            S: 354 ...
            C: Message-ID: <1@example.org>
            C:
            C: .
            S: 250 2.0.0 Ok: queued as ...
            C: QUIT
            S: 221 2.0.0 Bye
            S! closed
            """);
      }
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.openSessions() == 0);

      OutboundMessage sent = server.nextHop().onlyMail().outbound();
      String id = sent.queueId();
      assertThat(server.log().stream().map(line -> line.replaceAll("[0-9./]+, d", "N, d")))
          .filteredOn(line -> !line.contains("delay="))
          .containsExactly(
              "connect from unknown[127.0.0.1]",
              id + ": client=unknown[127.0.0.1]",
              id + ": message-id=<1@example.org>",
              id + (": from=<a@example.org>, size=" + sent.length() + ", nrcpt=1 (received=31)"),
              "disconnect from unknown[127.0.0.1] helo=1 mail=1 rcpt=1/2 data=1 quit=1"
                  + " commands=5/6");
      assertThat(server.log())
          .anyMatch(line ->
              line.matches(
                  id
                      + ": to=<b@example\\.net>, relay=sink\\[127\\.0\\.0\\.1\\]:25, delay=[0-9.]+,"
                      + " delays=[0-9.]+/[0-9.]+/[0-9.]+/[0-9.]+, dsn=2\\.0\\.0,"
                      + " status=sent \\(250 2\\.0\\.0 Ok: taken\\)"));
    }
  }

  @Test
  void keepsControlCharactersOfClientsOutOfItsLines() throws IOException {
    try (TestServer server = TestServer.builder().trustNobody().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C= HELO a\\x1b[31m\\x07\\xc2\\x85b\\r\\n
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 554 5.7.1 <b@example.net>: Relay access denied
          """);

      assertThat(server.log())
          .anyMatch(line ->
              line.endsWith(
                  ": reject: RCPT from unknown[127.0.0.1]: 554 5.7.1 <b@example.net>: Relay"
                      + " access denied; from=<a@example.org> to=<b@example.net> proto=SMTP"
                      + " helo=<a?[31m??b>"));
    }
  }
}
