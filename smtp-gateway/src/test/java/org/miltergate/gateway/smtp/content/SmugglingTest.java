package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** What ends a message for one server and not for the next must not get through. */
class SmugglingTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "\\n.\\r\\n",
        "\\n.\\n",
        "\\n.\\r",
        "\\r.\\r",
        "\\r.\\n",
        "\\r.\\r\\n",
        "\\r\\n.\\n",
        "\\r\\n.\\r",
        "\\r\\n.\\r\\r\\n",
        "\\n\\n.\\r\\n",
        "\\n",
        "\\r",
      })
  void refusesTheMessageAndRunsNothingOfIt(String end) throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      beginMessage(client);
      client.play(
          """
          C= Subject: x\\r\\n\\r\\nbody%s
          C: MAIL FROM:<evil@example.org>
          C: RCPT TO:<b@example.net>
          C: DATA
          C: smuggled
          C: .
          S: 550 5.5.2 gw.test Error: bare <LF> or <CR> received
          C: NOOP
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: QUIT
          S: 221 2.0.0 Bye
          """
              .formatted(end));

      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log())
          .anyMatch(line -> line.contains("reject: END-OF-MESSAGE") && line.contains("bare <LF>"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\n.\\r\\n", "\\n.\\n", "\\r.\\r", "\\r\\n.\\n", "\\r\\n.\\r"})
  void makesOneMessageOfItIfToldToNormalize(String end) throws IOException {
    try (TestServer server =
            TestServer.builder()
                .config(c -> c.set(GatewayConfig.BARE_NEWLINES, BareNewlines.NORMALIZE))
                .start();
        RawSmtpClient client = server.client()) {
      beginMessage(client);
      client.play(
          """
          C= Subject: x\\r\\n\\r\\nbody%s
          C: MAIL FROM:<evil@example.org>
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          """
              .formatted(end));

      String content = server.nextHop().onlyMail().content();
      assertThat(content).contains("MAIL FROM:<evil@example.org>\r\n");
      assertThat(content.replace("\r\n", "")).doesNotContain("\r").doesNotContain("\n");
    }
  }

  @Test
  void keepsEightBitBytesAndNulInTheBody() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      beginMessage(client);
      client.play(
          """
          C= Subject: xy\\xff\\r\\n\\r\\n\\0\\r\\n.\\0\\r\\n.\\r\\n
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().content())
          .isEqualTo("Subject: xy\u00ff\r\n\r\n\0\r\n\0\r\n");
    }
  }

  @Test
  void seesTheEndOfAMessageThatComesByteByByte() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      beginMessage(client);
      for (char c : "\r\na\r\n..\r\n.\r\nNOOP\r\n".toCharArray()) {
        client.send(String.valueOf(c));
      }
      client.play(
          """
          S: 250 2.0.0 Ok: queued as ...
          S: 250 2.0.0 Ok
          """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\na\r\n.\r\n");
    }
  }

  @Test
  void refusesABareLineFeedBehindACommandAndHangsUp() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C= NOOP\\nMAIL FROM:<a@example.org>\\r\\n
          S: 550 5.5.2 gw.test Error: bare <LF> received
          S! closed
          """);
    }
  }

  private static void beginMessage(RawSmtpClient client) throws IOException {
    client.play(
        """
        C: MAIL FROM:<a@example.org>
        S: 250 2.1.0 Ok
        C: RCPT TO:<b@example.net>
        S: 250 2.1.5 Ok
        C: DATA
        S: 354 ...
        """);
  }
}
