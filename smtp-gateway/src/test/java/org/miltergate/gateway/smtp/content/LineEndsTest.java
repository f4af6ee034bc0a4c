package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.address.Cidr;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** Clients of a trusted network, such as devices, may end lines as they like; others may not. */
class LineEndsTest {
  private static TestServer excepting(String network) throws IOException {
    return TestServer.builder()
        .config(c ->
            c.set(GatewayConfig.BARE_NEWLINES_EXCEPT, Optional.of(List.of(Cidr.parse(network)))))
        .start();
  }

  @ParameterizedTest(name = "a{0}b{0}.{0}")
  @CsvSource({
    "\\n,         \\n.\\n",
    "\\r\\n,      \\r\\n.\\r\\n",
    "\\r\\n,      \\r\\n.\\n",
    "\\n,         \\n.\\r\\n",
    "\\r\\r\\n,   \\r\\r\\n.\\r\\r\\n",
    "\\r,         \\r\\n.\\r\\n",
    "\\r,         \\n.\\n",
  })
  void takesEveryMixtureFromAClientThatIsExcepted(String lineEnd, String end) throws IOException {
    try (TestServer server = excepting("127.0.0.0/8");
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C= MAIL FROM:<a@example.org>\\n
          S: 250 2.1.0 Ok
          C= RCPT TO:<b@example.net>\\r\\r\\n
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C= Subject: xENDENDbEND..yENDbodyLAST
          S: 250 2.0.0 Ok: queued as ...
          C= NOOP\\n
          S: 250 2.0.0 Ok
          """
              .replace("END", lineEnd)
              .replace("LAST", end));

      String dots = lineEnd.equals("\\r") ? ".." : "."; // nobody stuffs the dots of such lines
      assertThat(server.nextHop().onlyMail().content())
          .isEqualTo("Subject: x\r\n\r\nb\r\n" + dots + "y\r\nbody\r\n");
    }
  }

  @Test
  void endsNoMessageAtADotBetweenCarriageReturns() throws IOException {
    try (TestServer server = excepting("127.0.0.0/8");
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C= Subject: x\\r\\n\\r\\na\\r.\\rb\\r.\\nc\\n.\\rd\\r\\n.\\re\\r\\n.\\r\\n
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().content())
          .isEqualTo("Subject: x\r\n\r\na\r\n.\r\nb\r\n.\r\nc\r\n\r\nd\r\n\r\ne\r\n");
    }
  }

  @Test
  void takesThemInChunksToo() throws IOException {
    try (TestServer server = excepting("127.0.0.0/8");
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C= BDAT 4\\r\\na\\n\\r\\r
          S: 250 2.0.0 Ok: 4 bytes
          C= BDAT 7 LAST\\r\\n\\r\\n.\\nb\\r\\r
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\na\r\n\r\n.\r\nb\r\n\r\n");
    }
  }

  @Test
  void strangersStayRefused() throws IOException {
    try (TestServer server = excepting("192.0.2.0/24");
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C= Subject: x\\n.\\n\\r\\n.\\r\\n
          S: 550 5.5.2 gw.test Error: bare <LF> or <CR> received
          C= NOOP\\n
          S: 550 5.5.2 gw.test Error: bare <LF> received
          S! closed
          """);
    }
  }

  @Test
  void aClientThatAProxyNamesIsWhoItIs() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .config(c ->
                    c.set(
                        GatewayConfig.BARE_NEWLINES_EXCEPT,
                        Optional.of(List.of(Cidr.parse("127.0.0.0/8")))))
                .listener(
                    l -> l.set(ListenerConfig.PROXY_PROTOCOL, List.of(Cidr.parse("127.0.0.0/8"))))
                .start();
        RawSmtpClient client = server.connect()) {
      client.play(
          """
          C: PROXY TCP4 192.0.2.7 192.0.2.1 4711 25
          S: 220 gw.test ESMTP Miltergate
          C= NOOP\\n
          S: 550 5.5.2 gw.test Error: bare <LF> received
          S! closed
          """);
    }
  }
}
