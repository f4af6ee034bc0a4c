package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** What an envelope may take: each address, its arguments, and all of them together. */
class EnvelopeLimitsTest {
  private static String address(int bytes) {
    return "<" + "x".repeat(bytes - "<@example.net>".length()) + "@example.net>";
  }

  @ParameterizedTest(name = "path of {0} bytes: {1}, {2}")
  @CsvSource({
    "256, 250 2.1.0 Ok,                250 2.1.5 Ok",
    "512, 250 2.1.0 Ok,                250 2.1.5 Ok",
    "513, 501 5.1.7 Path too long,     501 5.1.3 Path too long",
    "1900, 501 5.1.7 Path too long,    501 5.1.3 Path too long",
  })
  void pathIsLimited(int bytes, String toMail, String toRcpt) throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:%s
          S: %s
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:%s
          S: %s
          """
              .formatted(address(bytes), toMail, address(bytes), toRcpt));
    }
  }

  @ParameterizedTest(name = "arguments of {0} bytes, limit 256: {1}")
  @CsvSource({"256, 250 2.1.5 Ok", "257, 501 5.5.4 Arguments too long"})
  void argumentsAreLimitedTogether(int bytes, String reply) throws IOException {
    String others = "NOTIFY=NEVER" + "ORCPT=rfc822;";
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.ARGUMENTS_LENGTH, 256)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net> NOTIFY=NEVER ORCPT=rfc822;%s
          S: %s
          """
              .formatted("x".repeat(bytes - others.length()), reply));
    }
  }

  @Test
  void recipientsAreLimitedTogetherAndTheRestMayComeLater() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.ENVELOPE_SIZE, 16 << 10)).start();
        RawSmtpClient client = server.client()) {
      client.play("C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 Ok");
      String most = address(512);
      for (int i = 0; i < 32; i++) {
        client.play(
            "C: RCPT TO:" + most.replaceFirst("xxx", "%03d".formatted(i)) + "\nS: 250 2.1.5 Ok");
      }
      client.play(
          """
          C: RCPT TO:<one-more@example.net>
          S: 452 4.5.3 Error: too many recipients
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<one-more@example.net>
          S: 250 2.1.5 Ok
          """);

      assertThat(server.nextHop().onlyMail().recipients()).hasSize(32);
    }
  }

  @Test
  void recipientThatIsNamedInSeveralFormsIsOne() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<b@Example.NET.>
          S: 250 2.1.5 Ok
          C: RCPT TO:<"b"@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<@relay.test:b@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<B@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<b..c@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().recipients())
          .containsExactly("<b@example.net>", "<B@example.net>", "<\"b..c\"@example.net>");
    }
  }
}
