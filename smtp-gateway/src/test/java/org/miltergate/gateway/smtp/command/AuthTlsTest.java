package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;

class AuthTlsTest {
  private static TestServer.Builder server() {
    return TestServer.builder().users(Logins.USERS).tls(TlsPeer.listener(TlsMode.STARTTLS));
  }

  @Test
  void aPasswordMayBeSentInsideOfTlsOnly() throws IOException {
    try (TestServer server =
            server().auth(a -> a.with(AuthConfig.WITHOUT_TLS, false)).trustNobody().start();
        RawSmtpClient client = server.client()) {
      client
          .play(
              """
              C: EHLO client.test
              S: 250-gw.test
              S: 250-PIPELINING
              S: 250-SIZE ...
              S: 250-STARTTLS
              S: 250-ENHANCEDSTATUSCODES
              S+ 250
              C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
              S: 538 5.7.11 Encryption required for requested authentication mechanism
              C: STARTTLS
              S: 220 2.0.0 Ready to start TLS
              """)
          .startTls(TlsPeer.client())
          .play(
              """
              C: EHLO client.test
              S: 250-gw.test
              S: 250-PIPELINING
              S: 250-SIZE ...
              S: 250-AUTH PLAIN LOGIN SCRAM-SHA-256
              S+ 250
              C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
              S: 235 2.7.0 Authentication successful
              C: MAIL FROM:<a@example.org>
              S: 250 2.1.0 Ok
              C: RCPT TO:<b@elsewhere.test>
              S: 250 2.1.5 Ok
              C: DATA
              S: 354 ...
              C: Subject: x
              C:
              C: .
              S: 250 2.0.0 Ok: queued as ...
              """);

      assertThat(server.nextHop().onlyMail().received()).contains("with ESMTPSA id");
    }
  }

  @Test
  void aLoginIsForgottenAtStarttls() throws IOException {
    try (TestServer server = server().trustNobody().start();
        RawSmtpClient client = server.client()) {
      client
          .play(
              """
              C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
              S: 235 2.7.0 Authentication successful
              C: STARTTLS
              S: 220 2.0.0 Ready to start TLS
              """)
          .startTls(TlsPeer.client())
          .play(
              """
              C: EHLO client.test
              S+ 250
              C: MAIL FROM:<a@example.org>
              S: 250 2.1.0 Ok
              C: RCPT TO:<b@elsewhere.test>
              S: 554 5.7.1 <b@elsewhere.test>: Relay access denied
              C: RSET
              S: 250 2.0.0 Ok
              C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
              S: 235 2.7.0 Authentication successful
              """);
    }
  }

  @Test
  void failuresAreCountedBeyondASession() throws IOException {
    try (TestServer server = TestServer.builder().users(Logins.USERS).trustNobody().start()) {
      for (int session = 0; session < 5; session++) {
        try (RawSmtpClient client = server.client()) {
          client.play(
              """
              C: AUTH PLAIN AGFsaWNlAHdyb25n
              S: 535 5.7.8 Error: authentication failed
              C: AUTH PLAIN AGFsaWNlAHdyb25n
              S: 535 5.7.8 Error: authentication failed
              """);
        }
      }
      try (RawSmtpClient client = server.client()) {
        client.play(
            """
            C: AUTH PLAIN AGFsaWNlAHNlY3JldA==
            S: 454 4.7.0 Error: too many authentication failures from 127.0.0.1
            """);
      }
    }
  }
}
