package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Logins.base64;
import static org.miltergate.gateway.testkit.Logins.server;
import static org.miltergate.gateway.testkit.Logins.transcript;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class AuthTest {
  @Test
  void plainLogsInAtOnceAndMayThenSendAnywhere() throws IOException {
    try (TestServer server = server().trustNobody().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S: 250-gw.test
          S: 250-PIPELINING
          S: 250-SIZE ...
          S: 250-AUTH PLAIN LOGIN SCRAM-SHA-256
          S: 250-ENHANCEDSTATUSCODES
          S: 250-8BITMIME
          """);
      while (client.readLine().startsWith("250-")) {
        // what else is offered
      }
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@elsewhere.test>
          S: 554 5.7.1 <b@elsewhere.test>: Relay access denied
          C: RSET
          S: 250 2.0.0 Ok
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 235 2.7.0 Authentication successful
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@elsewhere.test>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 End data with <CR><LF>.<CR><LF>
          C: Subject: x
          C:
          C: x
          C: .
          S: 250 2.0.0 Ok...
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(server.log())
          .anyMatch(line ->
              line.endsWith(": client=unknown[127.0.0.1], sasl_method=PLAIN, sasl_username=alice"));
      assertThat(server.nextHop().mails().getFirst().received())
          .contains("with ESMTPA id")
          .doesNotContain("alice");
    }
  }

  @Test
  void plainMayWaitToBeAsked() throws IOException {
    transcript(
        """
        C: AUTH PLAIN
        S: 334\s
        C: AGFsaWNlAHNlY3JldA==
        S: 235 2.7.0 Authentication successful
        """);
  }

  @Test
  void loginAsksForNameAndPassword() throws IOException {
    transcript(
        """
        C: auth login
        S: 334 VXNlcm5hbWU6
        C: YWxpY2U=
        S: 334 UGFzc3dvcmQ6
        C: c2VjcmV0
        S: 235 2.7.0 Authentication successful
        """);
  }

  @Test
  void loginTakesTheNameAsInitialResponse() throws IOException {
    transcript(
        """
        C: AUTH LOGIN YWxpY2U=
        S: 334 UGFzc3dvcmQ6
        C: c2VjcmV0
        S: 235 2.7.0 Authentication successful
        """);
  }

  @Test
  void scramRefusesAProofThatIsNone() throws IOException {
    String proof = "A".repeat(43) + "=";
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play("C: AUTH SCRAM-SHA-256 " + base64("n,,n=alice,r=nonce"));
      String challenge = client.readLine();
      assertThat(challenge).startsWith("334 ");
      String first =
          new String(Base64.getDecoder().decode(challenge.substring(4)), StandardCharsets.US_ASCII);
      assertThat(first).startsWith("r=nonce").endsWith(",i=4096");
      String nonce = first.substring(2, first.indexOf(','));
      client.play(
          "C: %s\nS: 535 5.7.8 Error: authentication failed"
              .formatted(base64("c=biws,r=" + nonce + ",p=" + proof)));
      assertThat(server.log())
          .contains(
              "warning: unknown[127.0.0.1]: SASL SCRAM-SHA-256 authentication failed: unknown user"
                  + " or wrong password, sasl_username=alice");
    }
  }

  @Test
  void channelBindingIsRefused() throws IOException {
    transcript(
        """
        C: AUTH SCRAM-SHA-256 %s
        S: 535 5.7.8 Error: authentication failed
        C: NOOP
        S: 250 2.0.0 Ok
        """
            .formatted(base64("p=tls-server-end-point,,n=alice,r=nonce")));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "AUTH PLAIN AGFsaWNlAHdyb25n", // alice, wrong
        "AUTH PLAIN AGJvYgBzZWNyZXQ=", // bob, secret
        "AUTH PLAIN Ym9iAGFsaWNlAHNlY3JldA==", // alice for bob
        "AUTH PLAIN =",
        "AUTH PLAIN AAAA",
        "AUTH PLAIN /////w==",
        "AUTH SCRAM-SHA-256 =",
        "AUTH SCRAM-SHA-256 AAAA",
      })
  void whatProvesNothingIsRefusedInOneWay(String command) throws IOException {
    transcript(
        """
        C: %s
        S: 535 5.7.8 Error: authentication failed
        C: NOOP
        S: 250 2.0.0 Ok
        """
            .formatted(command));
  }

  @Test
  void theClientMayGiveUp() throws IOException {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH LOGIN
          S: 334 VXNlcm5hbWU6
          C: *
          S: 501 5.7.0 Authentication aborted
          C: AUTH LOGIN
          S: 334 VXNlcm5hbWU6
          C: YWxpY2U=
          S: 334 UGFzc3dvcmQ6
          C: *
          S: 501 5.7.0 Authentication aborted
          C: AUTH PLAIN
          S: 334\s
          C: *
          S: 501 5.7.0 Authentication aborted
          C: AUTH SCRAM-SHA-256
          S: 334\s
          C: *
          S: 501 5.7.0 Authentication aborted
          C: NOOP
          S: 250 2.0.0 Ok
          """);
      assertThat(server.log())
          .contains("warning: unknown[127.0.0.1]: SASL LOGIN authentication aborted");
    }
  }

  @Test
  void whatIsNoBase64Is501() throws IOException {
    transcript(
        """
        C: AUTH PLAIN !
        S: 501 5.5.2 Error: invalid base64 data
        C: AUTH PLAIN AGFsaW=NlAHNlY3JldA==
        S: 501 5.5.2 Error: invalid base64 data
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C: YWxpY2U=
        S: 334 UGFzc3dvcmQ6
        C: sec ret
        S: 501 5.5.2 Error: invalid base64 data
        C: AUTH LOGIN
        S: 334 VXNlcm5hbWU6
        C= \\0\\r\\n
        S: 501 5.5.2 Error: invalid base64 data
        """);
  }

  @Test
  void argumentsAndMechanismsAreChecked() throws IOException {
    transcript(
        """
        C: AUTH
        S: 501 5.5.4 Syntax: AUTH mechanism
        C: AUTH PLAIN a b
        S: 501 5.5.4 Syntax: AUTH mechanism
        C: AUTH CRAM-MD5
        S: 504 5.5.4 Error: unrecognized authentication mechanism
        C: AUTH SCRAM-SHA-256-PLUS
        S: 504 5.5.4 Error: unrecognized authentication mechanism
        """);
  }

  @Test
  void aSecondLoginAndOneWithinAMessageAreOutOfPlace() throws IOException {
    transcript(
        """
        C: MAIL FROM:<a@example.org>
        S: 250 2.1.0 Ok
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 503 5.5.1 Error: MAIL transaction in progress
        C: RSET
        S: 250 2.0.0 Ok
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 235 2.7.0 Authentication successful
        C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
        S: 503 5.5.1 Error: already authenticated
        C: RSET
        S: 250 2.0.0 Ok
        C: AUTH LOGIN
        S: 503 5.5.1 Error: already authenticated
        """);
  }

  @Test
  void withoutUsersItIsNotOfferedAndNotTaken() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 503 5.5.1 Error: authentication not enabled
          C: EHLO client.test
          S: 250-gw.test
          """);
      String line = client.readLine();
      while (line.startsWith("250-")) {
        assertThat(line).doesNotContain("AUTH");
        line = client.readLine();
      }
    }
  }

  @Test
  void aListenerMayHaveNone() throws IOException {
    try (TestServer server =
            server().listener(l -> l.set(ListenerConfig.AUTH, ListenerAuth.OFF)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 503 5.5.1 Error: authentication not enabled
          """);
    }
  }

  @Test
  void withoutTlsItIsNotOfferedAndNotTaken() throws IOException {
    try (TestServer server = server().auth(a -> a.with(AuthConfig.WITHOUT_TLS, false)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 538 5.7.11 Encryption required for requested authentication mechanism
          """);
    }
  }

  @Test
  void whereItIsRequiredNoMailComesWithoutIt() throws IOException {
    try (TestServer server =
            server().listener(l -> l.set(ListenerConfig.AUTH, ListenerAuth.REQUIRED)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 530 5.7.0 Authentication required
          C: RCPT TO:<b@here.test>
          S: 530 5.7.0 Authentication required
          C: DATA
          S: 530 5.7.0 Authentication required
          C: VRFY b@here.test
          S: 530 5.7.0 Authentication required
          C: NOOP
          S: 250 2.0.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 235 2.7.0 Authentication successful
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          """);
    }
  }

  @Test
  void afterFiveFailuresTheSessionEnds() throws IOException {
    try (TestServer server = server().start();
        RawSmtpClient client = server.client()) {
      for (int i = 1; i < AuthCommand.MAX_FAILURES; i++) {
        client.play(
            """
            C: AUTH PLAIN AGFsaWNlAHdyb25n
            S: 535 5.7.8 Error: authentication failed
            """);
      }
      client.play(
          """
          C: AUTH PLAIN AGFsaWNlAHdyb25n
          S: 421 4.7.0 gw.test Error: too many authentication failures
          S! closed
          """);
      assertThat(server.log())
          .contains("warning: too many authentication failures: unknown[127.0.0.1]");
    }
  }

  @Test
  void usersThatCannotBeAskedNowAreATemporaryFailure() throws IOException {
    Users down =
        (name, password) -> {
          throw new IOException("directory is down");
        };
    try (TestServer server = TestServer.builder().users(down).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
          S: 454 4.7.0 Temporary authentication failure
          C: AUTH SCRAM-SHA-256
          S: 504 5.5.4 Error: unrecognized authentication mechanism
          """);
      assertThat(server.log())
          .contains(
              "warning: unknown[127.0.0.1]: SASL PLAIN authentication failed: directory is down,"
                  + " sasl_username=alice");
    }
  }
}
