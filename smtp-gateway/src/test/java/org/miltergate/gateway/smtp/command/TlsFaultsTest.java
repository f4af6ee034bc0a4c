package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.testkit.Leftovers;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;
import org.miltergate.gateway.tls.Tls13Client;

/** Handshakes that fail, stall or break, and what is not TLS where TLS should be. */
@Tag("slow")
class TlsFaultsTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);

  private static TestServer.Builder server(TlsMode mode) {
    return TestServer.builder().tls(TlsPeer.listener(mode));
  }

  private static void awaitLog(TestServer server, String wanted) {
    Awaitility.await()
        .atMost(AMPLE)
        .pollInterval(Duration.ofMillis(5))
        .untilAsserted(() -> assertThat(server.log()).anyMatch(line -> line.contains(wanted)));
  }

  @Test
  void implicitTlsComesBeforeTheGreeting() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect().startTls(TlsPeer.client())) {
      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          C: EHLO client.test
          S: 250-gw.test
          S: 250-PIPELINING
          S: 250-SIZE ...
          S: 250-ENHANCEDSTATUSCODES
          S+ 250
          C: STARTTLS
          S: 554 5.5.1 Error: TLS already active
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);
    }
  }

  @Test
  void aPlainClientWhereTlsComesFirstIsLeft() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect()) {
      client.send("EHLO client.test\r\n").finishSending().readToEnd();

      awaitLog(server, "SSL_accept error from unknown[127.0.0.1]: ");
      awaitLog(server, "lost connection after CONNECT from unknown[127.0.0.1]");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"OFF", "STARTTLS"})
  void aHandshakeWhereTlsDoesNotComeFirstIsRefusedAtOnce(TlsMode mode) throws IOException {
    try (TestServer server =
            mode == TlsMode.OFF ? TestServer.start() : server(TlsMode.STARTTLS).start();
        RawSmtpClient client = server.client()) {
      assertThatThrownBy(() -> client.startTls(TlsPeer.client())).isInstanceOf(SSLException.class);

      awaitLog(server, "warning: TLS handshake where TLS does not begin: unknown[127.0.0.1]");
    }
  }

  /** TLS 1.1 by hand, since the JDK's client does not speak it any more. */
  @Test
  void anOldVersionIsRefusedWithAnAlert() throws IOException {
    String hello =
        "\\x16\\x03\\x01\\x00\\x31\\x01\\x00\\x00\\x2d\\x03\\x02"
            + "r".repeat(32)
            + "\\x00\\x00\\x06\\xc0\\x14\\xc0\\x13\\x00\\x2f\\x01\\x00";
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect()) {
      client.send(RawSmtpClient.unescape(hello));

      assertThat(client.readByte()).as("type of record: alert").isEqualTo(21);
      awaitLog(server, "SSL_accept error from unknown[127.0.0.1]: ");
    }
  }

  @ParameterizedTest
  @EnumSource(names = {"STARTTLS", "IMPLICIT"})
  void aHandshakeThatDripsInHasADeadline(TlsMode mode) throws IOException {
    try (TestServer server =
            server(mode)
                .limits(limits -> limits.set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofMillis(300)))
                .start();
        RawSmtpClient client = server.connect()) {
      if (mode == TlsMode.STARTTLS) {
        client.play(
            """
            S: 220 gw.test ESMTP Miltergate
            C: STARTTLS
            S: 220 2.0.0 Ready to start TLS
            """);
      }
      client.send(
          RawSmtpClient.unescape("\\x16\\x03\\x01\\x3f\\xff\\x01\\x00\\x3f\\xf0\\x03\\x03"));
      client.play("C~ x\nS! closed");

      awaitLog(
          server, "SSL_accept error from unknown[127.0.0.1]: handshake not completed within 300ms");
      awaitLog(server, "lost connection after ");
    }
  }

  /** Closes the connection when so many bytes have been written. */
  private static final class Cut extends Socket {
    private int left;

    Cut(InetSocketAddress server, int bytes) throws IOException {
      super(server.getAddress(), server.getPort());
      left = bytes;
    }

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          int now = Math.min(left, length);
          out.write(bytes, offset, now);
          left -= now;
          if (now < length) {
            Cut.this.close();
            throw new IOException("cut, on purpose");
          }
        }
      };
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void aClientThatLeavesWithinTheHandshakeLeavesNothingBehind(String version) throws Exception {
    try (TestServer server = server(TlsMode.IMPLICIT).start()) {
      server
          .connect()
          .startTls(TlsPeer.client(), version)
          .close(); // what is opened once stays open
      Awaitility.await().atMost(AMPLE).until(() -> server.openSessions() == 0);
      Leftovers before = Leftovers.before();

      int reached = 0;
      for (int bytes = 0; bytes < 800; bytes += 9) {
        try (RawSmtpClient client = RawSmtpClient.of(new Cut(server.address(), bytes))) {
          client.startTls(TlsPeer.client(), version).play("C: NOOP");
          reached++;
        } catch (IOException e) {
          assertThat(e).isNotNull(); // as it should be
        }
      }

      assertThat(reached).as("handshakes that came to their end").isPositive().isLessThan(60);
      Awaitility.await().atMost(AMPLE).until(() -> server.openSessions() == 0);
      before.awaitNoDescriptor();
      before.awaitNoThread();
    }
  }

  @Test
  void aNewNegotiationIsRefused() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect().startTls(TlsPeer.client(), "TLSv1.2")) {
      client.play("S: 220 gw.test ESMTP Miltergate").negotiateAnew();

      assertThatThrownBy(client::expectClosed).isInstanceOf(SSLException.class);
      awaitLog(server, "lost connection after CONNECT from unknown[127.0.0.1]");
    }
  }

  @Test
  void newKeysAreTaken() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect().startTls(TlsPeer.client(), "TLSv1.3")) {
      client.play("S: 220 gw.test ESMTP Miltergate").negotiateAnew();
      client.play(
          """
          C: NOOP
          S: 250 2.0.0 Ok
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);
    }
  }

  @Test
  void aFloodOfNewKeysEndsTheSession() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        Tls13Client client =
            Tls13Client.on(new Socket(server.address().getAddress(), server.address().getPort()))) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  client.updateKeys(true);
                }
              })
          .isInstanceOf(IOException.class);

      awaitLog(server, "lost connection after CONNECT from unknown[127.0.0.1]");
      Awaitility.await().atMost(AMPLE).until(() -> server.openSessions() == 0);
    }
  }

  /** It stays connected, and sends and reads nothing more. */
  @Test
  void aClientThatSaysGoodbyeToTlsAloneIsLeft() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        Tls13Client client =
            Tls13Client.on(new Socket(server.address().getAddress(), server.address().getPort()))) {
      client.sayGoodbye();

      awaitLog(server, "lost connection after CONNECT from unknown[127.0.0.1]");
      Awaitility.await().atMost(AMPLE).until(() -> server.openSessions() == 0);
    }
  }

  @Test
  void aTimeoutIsToldInsideOfTls() throws IOException {
    try (TestServer server =
            server(TlsMode.IMPLICIT)
                .limits(limits -> limits.set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofSeconds(2)))
                .start();
        RawSmtpClient client = server.connect().startTls(TlsPeer.client())) {
      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          C= NOO
          S: 421 4.4.2 gw.test Error: timeout exceeded
          S! closed
          """);
    }
  }

  @Test
  void aStopIsToldInsideOfTls() throws IOException {
    try (TestServer server = server(TlsMode.IMPLICIT).start();
        RawSmtpClient client = server.connect().startTls(TlsPeer.client())) {
      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          C: NOOP
          S: 250 2.0.0 Ok
          """);

      assertThat(server.server().drain(Duration.ofSeconds(10))).isTrue();

      client.play("S: 421 4.3.2 gw.test Service shutting down\nS! closed");
    }
  }

  @Test
  void aStopDoesNotWaitForAHandshake() throws IOException {
    try (TestServer implicit = server(TlsMode.IMPLICIT).start();
        RawSmtpClient silent = implicit.connect();
        TestServer starttls = server(TlsMode.STARTTLS).start();
        RawSmtpClient begun = starttls.client()) {
      begun.play("C: STARTTLS\nS: 220 2.0.0 Ready to start TLS\nC= \\x16\\x03");
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> implicit.openSessions() == 1);

      assertThat(implicit.server().drain(Duration.ofSeconds(10))).isTrue();
      assertThat(starttls.server().drain(Duration.ofSeconds(10))).isTrue();

      silent.readToEnd();
      begun.readToEnd();
    }
  }

  @Test
  void oneClientTooManyIsLeftWithoutAHandshake() throws IOException {
    try (TestServer server =
            server(TlsMode.IMPLICIT)
                .limits(limits -> limits.set(LimitsConfig.SESSIONS_PER_CLIENT, 1))
                .start();
        RawSmtpClient first = server.connect().startTls(TlsPeer.client());
        RawSmtpClient second = server.connect()) {
      first.play("S: 220 gw.test ESMTP Miltergate");

      second.expectClosed();
    }
  }
}
