package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class RatesDialogueTest {
  private static TestServer start(UnaryOperator<RateLimits> client) throws IOException {
    RatesConfig rates =
        RatesConfig.DEFAULT.with(RatesConfig.CLIENT, client.apply(RateLimits.ofAuthFailures(0)));
    return TestServer.builder()
        .trustNobody()
        .config(all -> all.set(GatewayConfig.RATES, rates))
        .start();
  }

  @Test
  void turnsAClientAwayThatConnectsTooOften() throws IOException {
    try (TestServer server = start(limits -> limits.with(RateLimits.CONNECTIONS, 1))) {
      try (RawSmtpClient first = server.client()) {
        first.play("C: QUIT\nS: 221 ...\nS! closed");
      }
      try (RawSmtpClient second = server.connect()) {
        second.play("S: 421 4.7.0 gw.test Error: too many connections from 127.0.0.1\nS! closed");
      }

      assertThat(server.log())
          .contains(
              "warning: Connection rate limit exceeded: 2 from unknown[127.0.0.1]"
                  + " for service smtp");
      assertThat(server.server().counters().snapshot())
          .containsEntry("connection-rate-exceeded", 1L);
    }
  }

  @Test
  void refusesMessagesAndRecipientsAboveTheRate() throws IOException {
    try (TestServer server =
            start(limits -> limits.with(RateLimits.MESSAGES, 2).with(RateLimits.RECIPIENTS, 2));
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@here.test>
          S: 250 2.1.5 Ok
          C: RCPT TO:<b@elsewhere.test>
          S: 554 5.7.1 <b@elsewhere.test>: Relay access denied
          C: RCPT TO:<c@here.test>
          S: 450 4.7.1 Error: too many recipients from 127.0.0.1
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 450 4.7.1 Error: too much mail from 127.0.0.1
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(server.log())
          .contains(
              "warning: Recipient address rate limit exceeded: 3 from unknown[127.0.0.1]"
                  + " for service smtp",
              "warning: Message delivery request rate limit exceeded: 3 from unknown[127.0.0.1]"
                  + " for service smtp");
    }
  }

  @Test
  void endsTheSessionOfAClientThatErrsTooOftenAndBeginsNoOther() throws IOException {
    try (TestServer server = start(limits -> limits.with(RateLimits.ERRORS, 2))) {
      try (RawSmtpClient client = server.client()) {
        client.play(
            """
            C: FOO
            S: 500 5.5.2 Error: command not recognized
            C: FOO
            S: 500 5.5.2 Error: command not recognized
            C: FOO
            S: 500 5.5.2 Error: command not recognized
            S: 421 4.7.0 gw.test Error: too many errors
            S! closed
            """);
      }
      try (RawSmtpClient again = server.connect()) {
        again.play("S: 421 4.7.0 gw.test Error: too many errors\nS! closed");
      }

      assertThat(server.server().counters().snapshot()).containsEntry("error-rate-exceeded", 2L);
    }
  }

  @Test
  void countsNoTrustedClient() throws IOException {
    RatesConfig rates =
        RatesConfig.DEFAULT.with(
            RatesConfig.CLIENT, RateLimits.ofAuthFailures(0).with(RateLimits.CONNECTIONS, 1));
    try (TestServer server =
        TestServer.builder().config(all -> all.set(GatewayConfig.RATES, rates)).start()) {
      for (int i = 0; i < 5; i++) {
        try (RawSmtpClient client = server.client()) {
          client.play("C: QUIT\nS: 221 ...\nS! closed");
        }
      }
    }
  }

  @Test
  void sendsAClientAwayThatTalksBeforeItsGreeting() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .trustNobody()
                .limits(l -> l.set(LimitsConfig.GREET_DELAY, Duration.ofSeconds(30)))
                .start();
        RawSmtpClient client = server.connect()) {
      client.play("C: EHLO client.test\nS: 521 5.5.1 Protocol error\nS! closed");

      Awaitility.await().until(() -> server.openSessions() == 0);
      assertThat(server.log())
          .contains(
              "improper command pipelining after CONNECT from unknown[127.0.0.1]:"
                  + " EHLO client.test??");
      assertThat(server.server().counters().snapshot()).containsEntry("talked-early", 1L);
    }
  }

  @Test
  void greetsAClientThatWaits() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .trustNobody()
                .limits(l -> l.set(LimitsConfig.GREET_DELAY, Duration.ofMillis(200)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play("C: NOOP\nS: 250 2.0.0 Ok");
    }
  }

  @Test
  void letsNoTrustedClientWaitForItsGreeting() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.GREET_DELAY, Duration.ofMinutes(5)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play("C: NOOP\nS: 250 2.0.0 Ok");
    }
  }
}
