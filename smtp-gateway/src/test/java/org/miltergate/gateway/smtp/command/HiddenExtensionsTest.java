package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.listener.HiddenExtensions;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** What is hidden from a client is not offered, and does not work. */
class HiddenExtensionsTest {
  private static TestServer hiding(List<String> all, HiddenExtensions... some) throws IOException {
    ListenerConfig listener =
        ListenerConfig.of(HostPort.parse("127.0.0.1:0"))
            .with(l ->
                l.set(ListenerConfig.HIDE_EXTENSIONS, all)
                    .set(ListenerConfig.HIDE_EXTENSIONS_FOR, List.of(some)));
    return TestServer.builder()
        .config(c -> c.set(GatewayConfig.LISTENERS, List.of(listener)))
        .start();
  }

  private static List<String> offered(RawSmtpClient client) throws IOException {
    client.send("EHLO client.test\r\n");
    return client.readReply().stream().map(line -> line.substring(4).split(" ")[0]).toList();
  }

  @Test
  void everyExtensionIsOfferedByDefault() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      assertThat(offered(client))
          .startsWith("gw.test", "PIPELINING", "SIZE")
          .contains("ENHANCEDSTATUSCODES", "8BITMIME", "SMTPUTF8", "CHUNKING");
    }
  }

  @Test
  void hiddenExtensionsAreNotOffered() throws IOException {
    try (TestServer server = hiding(List.of("PIPELINING", "SIZE", "CHUNKING"));
        RawSmtpClient client = server.client()) {
      assertThat(offered(client))
          .contains("8BITMIME")
          .doesNotContain("PIPELINING", "SIZE", "CHUNKING");
    }
  }

  @Test
  void firstNetworkThatMatchesDecides() throws IOException {
    HiddenExtensions others =
        HiddenExtensions.of(Cidr.parse("192.0.2.0/24"), List.of("PIPELINING"));
    HiddenExtensions ours = HiddenExtensions.of(Cidr.parse("127.0.0.0/8"), List.of("SIZE"));
    try (TestServer server = hiding(List.of("CHUNKING"), others, ours);
        RawSmtpClient client = server.client()) {
      assertThat(offered(client)).contains("PIPELINING", "CHUNKING").doesNotContain("SIZE");
    }
  }

  @Test
  void chunksThatWereNotOfferedEndTheConnection() throws IOException {
    try (TestServer server = hiding(List.of("CHUNKING"));
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: BDAT 6 LAST
          C: QUIT
          S: 521 5.5.1 Error: command not implemented
          S! closed
          """);
    }
  }

  @Test
  void hiddenCommandsAreNotImplemented() throws IOException {
    try (TestServer server = hiding(List.of("VRFY"));
        RawSmtpClient client = server.client()) {
      client.play("C: VRFY b@example.net\nS: 502 5.5.1 Error: command not implemented");
    }
  }
}
