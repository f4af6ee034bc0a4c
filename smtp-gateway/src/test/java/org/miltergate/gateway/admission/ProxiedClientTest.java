package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;

class ProxiedClientTest {
  private static final String SIGNATURE = "\\r\\n\\r\\n\\0\\r\\nQUIT\\n";
  private static final String LOCAL = "C= " + SIGNATURE + "\\x20\\0\\0\\0";
  private static final String BINARY =
      "C= "
          + SIGNATURE
          + "\\x21\\x11\\0\\x0c\\xc0\\0\\x02\\x01\\xc6\\x33\\x64\\x02\\xdc\\x04\\0\\x19";

  private static TestServer.Builder behindProxy(String... networks) {
    ListenerConfig listener =
        ListenerConfig.of(HostPort.parse("127.0.0.1:0"))
            .with(
                ListenerConfig.PROXY_PROTOCOL,
                List.of(networks).stream().map(Cidr::parse).toList());
    return TestServer.builder().config(all -> all.set(GatewayConfig.LISTENERS, List.of(listener)));
  }

  @Test
  void knowsTheClientByALine() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start();
        RawSmtpClient client = server.connect()) {
      client.play(
          """
          C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 25
          S: 220 gw.test ESMTP Miltergate
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 554 5.7.1 <b@example.net>: Relay access denied
          C: RCPT TO:<b@here.test>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);

      assertThat(server.log())
          .contains("connect from unknown[192.0.2.1]")
          .anyMatch(line -> line.startsWith("disconnect from unknown[192.0.2.1]"));
      assertThat(server.nextHop().onlyMail().received())
          .contains("from client.test (unknown [192.0.2.1])");
    }
  }

  @Test
  void knowsTheClientByABinaryHeader() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start();
        RawSmtpClient client = server.connect()) {
      client.play(BINARY + "\nS: 220 gw.test ESMTP Miltergate\nC: QUIT\nS: 221 ...\nS! closed");

      assertThat(server.log()).contains("connect from unknown[192.0.2.1]");
    }
  }

  @Test
  void beginsTlsBehindTheHeader() throws IOException {
    TestServer.Builder builder =
        behindProxy("127.0.0.0/8")
            .listener(l -> l.set(ListenerConfig.TLS, TlsPeer.listener(TlsMode.IMPLICIT)));
    try (TestServer server = builder.start();
        RawSmtpClient client = server.connect()) {
      client
          .play("C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 465")
          .startTls(TlsPeer.client())
          .play("S: 220 gw.test ESMTP Miltergate\nC: QUIT\nS: 221 ...\nS! closed");

      assertThat(server.log()).contains("connect from unknown[192.0.2.1]");
    }
  }

  @Test
  void limitsTheClientAndNotTheProxy() throws IOException {
    try (TestServer server =
            behindProxy("127.0.0.0/8")
                .limits(l -> l.set(LimitsConfig.SESSIONS_PER_CLIENT, 1))
                .start();
        RawSmtpClient one = server.connect();
        RawSmtpClient other = server.connect();
        RawSmtpClient again = server.connect()) {
      one.play("C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 25\nS: 220 ...");
      other.play("C: PROXY TCP4 192.0.2.2 198.51.100.2 56324 25\nS: 220 ...");
      again.play(
          """
          C: PROXY TCP4 192.0.2.1 198.51.100.2 56325 25
          S: 421 4.7.0 gw.test Error: too many connections from 192.0.2.1
          S! closed
          """);

      assertThat(server.server().counters().snapshot())
          .containsEntry("sessions-per-client-exceeded", 1L);
    }
  }

  @Test
  void takesAProxyForTheClientIfItSpeaksForItself() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start();
        RawSmtpClient client = server.connect()) {
      client.play(
          LOCAL
              + """

              S: 220 gw.test ESMTP Miltergate
              C: HELO client.test
              S: 250 gw.test
              C: MAIL FROM:<a@example.org>
              S: 250 2.1.0 Ok
              C: RCPT TO:<b@example.net>
              S: 250 2.1.5 Ok
              C: QUIT
              S: 221 2.0.0 Bye
              S! closed
              """);

      assertThat(server.log()).anyMatch(line -> line.contains("client=unknown[127.0.0.1]"));
    }
  }

  @Test
  void logsNothingOfAProxyThatLooksWhetherWeLive() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start()) {
      try (RawSmtpClient silent = server.connect();
          RawSmtpClient unknown = server.connect();
          RawSmtpClient local = server.connect()) {
        silent.finishSending().expectClosed();
        unknown.play("C: PROXY UNKNOWN\nS: 220 ...\nC: QUIT\nS: 221 ...\nS! closed");
        local.play(LOCAL + "\nS: 220 ...").finishSending().expectClosed();
      }
      awaitNoSession(server);

      assertThat(server.log()).isEmpty();
    }
  }

  private static void awaitNoSession(TestServer server) {
    Awaitility.await().until(() -> server.openSessions() == 0);
  }

  @Test
  void hangsUpOnAProxyThatDoesNotSayWhoTheClientIs() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start();
        RawSmtpClient client = server.connect()) {
      client.play("C: EHLO client.test\nS: 421 4.3.0 gw.test Server local error\nS! closed");

      assertThat(server.log())
          .containsExactly(
              "warning: PROXY protocol from unknown[127.0.0.1]: there is no PROXY header");
    }
  }

  @Test
  void hangsUpOnAProxyThatTakesTooLong() throws IOException {
    try (TestServer server = behindProxy("127.0.0.0/8").start();
        RawSmtpClient client = server.connect()) {
      client.play("C= PROXY TCP4 192.\nS: 421 4.3.0 gw.test Server local error\nS! closed");

      assertThat(server.log())
          .containsExactly(
              "warning: PROXY protocol from unknown[127.0.0.1]: no complete header within 5"
                  + " seconds");
      assertThat(server.server().counters().snapshot()).containsEntry("proxy-header-refused", 1L);
      awaitNoSession(server);
    }
  }

  @Test
  void takesAHeaderOfAnybodyElseForABadCommand() throws IOException {
    try (TestServer server = behindProxy("192.0.2.0/24").start();
        RawSmtpClient line = server.client();
        RawSmtpClient binary = server.client()) {
      line.play(
          """
          C: PROXY TCP4 192.0.2.1 198.51.100.2 56324 25
          S: 500 5.5.2 Error: command not recognized
          C: QUIT
          S: 221 2.0.0 Bye
          """);
      binary.play(BINARY + "\nS: 500 5.5.2 Error: bad syntax");

      assertThat(server.log()).contains("connect from unknown[127.0.0.1]");
    }
  }
}
