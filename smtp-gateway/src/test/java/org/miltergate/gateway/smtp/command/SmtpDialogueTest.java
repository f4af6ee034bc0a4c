package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.RecordingNextHop;
import org.miltergate.gateway.testkit.TestServer;

class SmtpDialogueTest {
  private TestServer server;

  @BeforeEach
  void start() throws IOException {
    server = TestServer.start();
  }

  @AfterEach
  void stop() throws IOException {
    server.close();
  }

  @Test
  void relaysAMessage() throws IOException {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S: 250-gw.test
          S: 250-PIPELINING
          S: 250-SIZE 10240000
          S: 250-ENHANCEDSTATUSCODES
          S: 250-8BITMIME
          S: 250-DSN
          S: 250-SMTPUTF8
          S: 250-CHUNKING
          S: 250 LIMITS RCPTMAX=1000
          C: MAIL FROM:<a@example.org> BODY=8BITMIME
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 End data with <CR><LF>.<CR><LF>
          C: Subject: hello
          C:
          C: ..dot
          C= caf\\xe9\\r\\n
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);
    }

    RecordingNextHop.Mail mail = server.nextHop().onlyMail();
    assertThat(mail.sender()).isEqualTo("<a@example.org>");
    assertThat(mail.recipients()).containsExactly("<b@example.net>");
    assertThat(mail.content()).isEqualTo("Subject: hello\r\n\r\n.dot\r\ncaf\u00e9\r\n");
    assertThat(mail.received())
        .matches(
            "Received: from client\\.test \\(unknown \\[127\\.0\\.0\\.1\\]\\)\r\n"
                + "\tby gw\\.test \\(Miltergate\\) with ESMTP id "
                + mail.outbound().queueId()
                + "\r\n\tfor <b@example\\.net>;\r\n"
                + "\t\\w{3}, \\d{1,2} \\w{3} \\d{4} \\d\\d:\\d\\d:\\d\\d \\+0000 \\(UTC\\)\r\n");
    assertThat(mail.outbound().options()).hasToString("[EIGHT_BIT_MIME]");
  }

  @Test
  void takesAWholeSessionInOneWrite() throws IOException {
    try (RawSmtpClient client = server.connect()) {
      client.play(
          """
          C: EHLO client.test
          C: MAIL FROM:<>
          C: RCPT TO:<one@example.net>
          C: RCPT TO:<@bad>
          C: RCPT TO:<two@example.net>
          C: DATA
          C: MAIL FROM:<evil@example.org>
          C: .
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<three@example.net>
          C: DATA
          C: second
          C: .
          C: QUIT
          S: 220 gw.test ESMTP Miltergate
          S+ 250
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 501 5.1.3 Bad recipient address syntax
          S: 250 2.1.5 Ok
          S: 354 ...
          S: 250 2.0.0 Ok: queued as ...
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 354 ...
          S: 250 2.0.0 Ok: queued as ...
          S: 221 2.0.0 Bye
          S! closed
          """);
    }

    assertThat(server.nextHop().mails()).hasSize(2);
    assertThat(server.nextHop().mails().get(0).recipients())
        .containsExactly("<one@example.net>", "<two@example.net>");
    assertThat(server.nextHop().mails().get(0).content())
        .isEqualTo("\r\nMAIL FROM:<evil@example.org>\r\n");
    assertThat(server.nextHop().mails().get(0).received()).doesNotContain("for <");
    assertThat(server.nextHop().mails().get(1).content()).isEqualTo("\r\nsecond\r\n");
  }

  @Test
  void demandsTheRightOrder() throws IOException {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          C: DATA
          S: 503 5.5.1 Error: need RCPT command
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: MAIL FROM:<a@example.org>
          S: 503 5.5.1 Error: nested MAIL command
          C: DATA
          S: 554 5.5.1 Error: no valid recipients
          C: RSET
          S: 250 2.0.0 Ok
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: HELO client.test
          S: 250 gw.test
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          """);
    }
  }

  @Test
  void answersWhatItDoesNotKnow() throws IOException {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO
          S: 501 Syntax: HELO hostname
          C: EHLO
          S: 501 Syntax: EHLO hostname
          C: NOOPX
          S: 500 5.5.2 Error: command not recognized
          C: DATAfoo
          S: 500 5.5.2 Error: command not recognized
          C: QUITTERS
          S: 500 5.5.2 Error: command not recognized
          C: STARTTLS
          S: 502 5.5.1 Error: command not implemented
          C:
          S: 500 5.5.2 Error: bad syntax
          C= NO\\0OP\\r\\n
          S: 500 5.5.2 Error: bad syntax
          C= NOOP\\rQUIT\\r\\n
          S: 500 5.5.2 Error: command not recognized
          C: RSET now
          S: 501 5.5.4 Syntax: RSET
          C: noop whatever
          S: 250 2.0.0 Ok
          C: help
          S: 214 2.0.0 Commands: HELO EHLO ...
          C: VRFY
          S: 501 5.5.4 Syntax: VRFY address
          C: VRFY b@example.net
          S: 252 2.0.0 b@example.net
          C: VRFY refused@here.test
          S: 550 5.1.1 No such user here
          C: MAIL <a@example.org>
          S: 501 5.5.4 Syntax: MAIL FROM:<address>
          C: MAIL FROM:<a@example.org> FOO=bar
          S: 555 5.5.4 Unsupported option: FOO=bar
          """);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"GET / HTTP/1.1", "POST / HTTP/1.1", "Host: x", "CONNECT a:25", "\\x16\\x03\\x01"})
  void hangsUpOnOtherProtocols(String line) throws IOException {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C= %s\\r\\n
          S: 221 2.7.0 Error: I can break rules, too. Goodbye.
          S! closed
          """
              .formatted(line));
    }
  }

  @Test
  void sendsOnlyOnceToARecipientThatWasGivenTwice() throws IOException {
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<b@EXAMPLE.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);
    }

    assertThat(server.nextHop().onlyMail().recipients()).containsExactly("<b@example.net>");
    assertThat(server.nextHop().onlyMail().received()).contains("with SMTP id");
  }

  @Test
  void tellsTheClientWhatTheNextHopSaid() throws IOException {
    server.nextHop().answer(org.miltergate.milter.mail.SmtpReply.of(552, "5.2.2 mailbox is full"));
    try (RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: text
          C: .
          S: 552 5.2.2 mailbox is full
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          """);
    }
  }

  @Test
  void tellsARetryFromAnotherMessage() throws IOException {
    try (RawSmtpClient client = server.client()) {
      for (String body : new String[] {"one", "one", "two"}) {
        client.play(
            """
            C: MAIL FROM:<a@example.org>
            S: 250 2.1.0 Ok
            C: RCPT TO:<b@example.net>
            S: 250 2.1.5 Ok
            C: DATA
            S: 354 ...
            C: Message-ID: <x@example.org>
            C:
            C: %s
            C: .
            S: 250 2.0.0 Ok: queued as ...
            """
                .formatted(body));
      }
    }

    assertThat(server.nextHop().mails())
        .extracting(RecordingNextHop.Mail::identity)
        .satisfies(ids -> assertThat(ids.get(0)).hasSize(32).isEqualTo(ids.get(1)))
        .satisfies(ids -> assertThat(ids.get(2)).isNotEqualTo(ids.get(0)));
  }

  @Test
  void readsWhatComesBeforeTheGreeting() throws IOException {
    try (RawSmtpClient client = server.connect()) {
      client.send("NOOP\r\n");
      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          S: 250 2.0.0 Ok
          """);
    }
  }

  @Test
  void listensOnIpv6() throws IOException {
    try (TestServer ipv6 = TestServer.builder().address("[::1]:0").start();
        RawSmtpClient client = ipv6.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);
      assertThat(ipv6.nextHop().onlyMail().received())
          .startsWith("Received: from unknown (unknown [IPv6:::1])\r\n");
    }
  }
}
