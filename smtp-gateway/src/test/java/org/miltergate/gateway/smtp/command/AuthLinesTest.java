package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Logins.server;
import static org.miltergate.gateway.testkit.Logins.transcript;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** AUTH with clients that are early, slow, verbose, many or gone. */
class AuthLinesTest {
  @Test
  void whatAClientSentTooEarlyIsNeverRunNorLoggedNorToldToMilters() throws IOException {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH LOGIN ?
          C: c2VjcmV0
          C: 0:c2VjcmV0
          S: 501 5.5.2 Error: invalid base64 data
          S! closed
          """);
      assertThat(server.log())
          .contains("improper command pipelining after AUTH from unknown[127.0.0.1]")
          .noneMatch(line -> line.contains("c2VjcmV0"));
    }
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH LOGIN ?
          S: 501 5.5.2 Error: invalid base64 data
          C: 0:c2VjcmV0
          S: 500 5.5.2 Error: command not recognized
          C: c2VjcmV0
          S: 500 5.5.2 Error: command not recognized
          C: NOOP
          S: 250 2.0.0 Ok
          """);
      assertThat(server.log()).noneMatch(line -> line.contains("c2VjcmV0"));
    }
  }

  @Test
  void aWholeExchangeInOnePacketIsBorne() throws IOException {
    transcript(
        """
        C: AUTH LOGIN
        C: YWxpY2U=
        C: c2VjcmV0
        C: MAIL FROM:<a@example.org>
        S: 334 VXNlcm5hbWU6
        S: 334 UGFzc3dvcmQ6
        S: 235 2.7.0 Authentication successful
        S: 250 2.1.0 Ok
        """);
  }

  @Test
  void linesMayHave12288Bytes() throws IOException {
    String longest = "A".repeat(12_288);
    String command = "AUTH PLAIN " + "A".repeat(12_288 - "AUTH PLAIN ".length() - 1) + "=";
    assertThat(command).hasSize(12_288);
    transcript(
        """
        C: %s
        S: 501 5.5.2 Error: invalid base64 data
        C: AUTH PLAIN
        S: 334\s
        C: %s
        S: 535 5.7.8 Error: authentication failed
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: %s
        S: 334 UGFzc3dvcmQ6
        C: %s
        S: 535 5.7.8 Error: authentication failed
        """
            .formatted(command, longest, longest, longest));
  }

  @Test
  void longerLinesAreReadToTheirEndAndRefused() throws IOException {
    transcript(
        """
        C: %s
        S: 500 5.5.6 SASL response limit exceeded
        C: AUTH PLAIN
        S: 334\s
        C: %s
        S: 500 5.5.6 SASL response limit exceeded
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: %s
        S: 500 5.5.6 SASL response limit exceeded
        C: NOOP %s
        S: 500 5.5.2 Error: line too long
        C: NOOP
        S: 250 2.0.0 Ok
        """
            .formatted(
                "AUTH PLAIN " + "A".repeat(12_278),
                "A".repeat(12_289),
                "A".repeat(500_000),
                "A".repeat(12_000)));
  }

  @Test
  void anExchangeHasOneTimeLimitHoweverItDripsIn() throws IOException {
    try (TestServer server =
            server()
                .limits(l -> l.set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofSeconds(1)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH LOGIN
          S: 334 VXNlcm5hbWU6
          C: YWxpY2U=
          S: 334 UGFzc3dvcmQ6
          C= c2Vj
          S: 421 4.4.2 gw.test Error: timeout exceeded
          S! closed
          """);
      assertThat(server.log()).contains("timeout after AUTH from unknown[127.0.0.1]");
    }
  }

  @Test
  void aClientThatLeavesWithinAnExchangeLeavesNothingBehind() throws IOException {
    try (TestServer server = server().start()) {
      try (RawSmtpClient client = server.client()) {
        client.play("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6").finishSending();
        client.readToEnd();
      }
      Awaitility.await().atMost(Duration.ofSeconds(20)).until(() -> server.openSessions() == 0);
      assertThat(server.log()).contains("lost connection after AUTH from unknown[127.0.0.1]");
    }
  }

  @Test
  void aGatewayThatStopsEndsAnExchange() throws Exception {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play("C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6");

      assertThat(server.server().drain(Duration.ofSeconds(20))).isTrue();

      client.play("S: 421 4.3.2 gw.test Service shutting down\nS! closed");
    }
  }

  @Test
  void aBareLineFeedEndsTheSession() throws IOException {
    transcript(
        """
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C= YWxpY2U=\\n
        S: 550 5.5.2 gw.test Error: bare <LF> received
        S! closed
        """);
  }

  @Test
  void manyLogInAtOnce() throws Exception {
    try (TestServer server = server().start();
        ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      Callable<Boolean> login =
          () -> {
            try (RawSmtpClient client = server.client()) {
              client.play(
                  """
                  C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
                  S: 235 2.7.0 Authentication successful
                  C: QUIT
                  S: 221 2.0.0 Bye
                  """);
              return true;
            }
          };
      List<Future<Boolean>> all =
          IntStream.range(0, 40).mapToObj(i -> threads.submit(login)).toList();
      for (Future<Boolean> one : all) {
        assertThat(one.get(40, TimeUnit.SECONDS)).isTrue();
      }
    }
  }
}
