package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

/** What is not ASCII in a reply reaches clients that used SMTPUTF8, while that message lasts. */
class Utf8RepliesTest {
  @Test
  void followTheMessageAtHand() throws IOException {
    try (TestServer server = TestServer.builder().trustNobody().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO c.test
          S+ 250
          C= MAIL FROM:<a@example.org> SMTPUTF8\\r\\n
          S: 250 2.1.0 Ok
          C= RCPT TO:<j\\xc3\\xb6rg@example.net>\\r\\n
          S: 554 5.7.1 <j\u00f6rg@example.net>: Relay access denied
          C: RSET
          S: 250 2.0.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C= RCPT TO:<j\\xc3\\xb6rg@example.net>\\r\\n
          S: 553 5.6.7 Address needs SMTPUTF8, which MAIL did not declare
          """);
    }
  }
}
