package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.MESSAGE_TO_RELAY_DOMAIN;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.dns.DnsServer;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class NamedClientTest {
  private static TestServer start(DnsServer dns) throws IOException {
    ListenerConfig listener =
        ListenerConfig.of(HostPort.parse("127.0.0.1:0"))
            .with(ListenerConfig.PROXY_PROTOCOL, List.of(Cidr.parse("127.0.0.0/8")));
    ClientNamesConfig names =
        ClientNamesConfig.DEFAULT
            .with(ClientNamesConfig.TIMEOUT, Duration.ofSeconds(2))
            .with(
                ClientNamesConfig.SERVERS,
                List.of(new HostPort("127.0.0.1", dns.address().getPort())));
    return TestServer.builder()
        .config(all ->
            all.set(GatewayConfig.LISTENERS, List.of(listener))
                .set(GatewayConfig.CLIENT_NAMES, names))
        .start();
  }

  private static void deliver(RawSmtpClient client, String address) throws IOException {
    client.play(
        """
        C: PROXY TCP4 %s 198.51.100.2 56324 25
        S: 220 gw.test ESMTP Miltergate
        C: HELO client.test
        S: 250 gw.test
        """
                .formatted(address)
            + MESSAGE_TO_RELAY_DOMAIN
            + """
            C: QUIT
            S: 221 2.0.0 Bye
            S! closed
            """);
  }

  @Test
  void isNamedInLogAndReceivedField() throws IOException {
    try (DnsServer dns = DnsServer.start();
        TestServer server = start(dns);
        RawSmtpClient client = server.connect()) {
      dns.pointer("192.0.2.1", "mail.example.org").address("mail.example.org", "192.0.2.1");

      deliver(client, "192.0.2.1");

      assertThat(server.log())
          .contains("connect from mail.example.org[192.0.2.1]")
          .anyMatch(line -> line.endsWith(": client=mail.example.org[192.0.2.1]"));
      assertThat(server.nextHop().onlyMail().received())
          .contains("from client.test (mail.example.org [192.0.2.1])");
    }
  }

  @Test
  void hasNoNameThatIsNotItsOwn() throws IOException {
    try (DnsServer dns = DnsServer.start();
        TestServer server = start(dns);
        RawSmtpClient client = server.connect()) {
      dns.pointer("192.0.2.1", "bank.example.com").address("bank.example.com", "192.0.2.2");

      deliver(client, "192.0.2.1");

      assertThat(server.log())
          .contains(
              "warning: hostname bank.example.com does not resolve to address 192.0.2.1",
              "connect from unknown[192.0.2.1]");
      assertThat(server.nextHop().onlyMail().received())
          .contains("from client.test (unknown [192.0.2.1])");
    }
  }

  @Test
  void isServedAllTheSameIfNoNameServerAnswers() throws IOException {
    try (DnsServer dns = DnsServer.start();
        TestServer server = start(dns);
        RawSmtpClient client = server.connect()) {
      dns.hold();

      deliver(client, "192.0.2.1");

      assertThat(server.log()).contains("connect from unknown[192.0.2.1]");
    }
  }
}
