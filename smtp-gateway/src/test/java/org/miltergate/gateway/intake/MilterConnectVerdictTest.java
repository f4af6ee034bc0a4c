package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

/** What a client gets that a milter refused at CONNECT or HELO. */
class MilterConnectVerdictTest {
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "REJECT | 550 5.7.1 Command rejected",
        "REPLYCODE 550 5.7.1 go away | 550 5.7.1 go away",
      })
  void refusalAtConnectIsToldInGreetingAndLater(String answer, String reply) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.script("> CONNECT\n< " + answer + "\n> QUIT\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.connect()) {
      client.play(
          """
          S: 554 gw.test ESMTP not accepting connections
          C: EHLO client.test
          S: 250-gw.test
          S: 250 ENHANCEDSTATUSCODES
          C: MAIL FROM:<a@example.org>
          S: REPLY
          C: RCPT TO:<b@example.net>
          S: REPLY
          C: VRFY b@example.net
          S: REPLY
          C: NOOP
          S: 250 2.0.0 Ok
          C: QUIT
          S: 221 2.0.0 Bye
          """
              .replace("REPLY", reply));

      milter.assertScriptFinished();
      assertThat(server.log())
          .contains(
              "NOQUEUE: milter-reject: CONNECT from unknown[127.0.0.1]: "
                  + reply
                  + "; proto=SMTP milter=m1 cause=own",
              "NOQUEUE: milter-reject: MAIL from unknown[127.0.0.1]: "
                  + reply
                  + "; proto=ESMTP helo=<client.test> milter=m1 cause=own");
    }
  }

  @Test
  void temporaryRefusalAtConnectIsToldLater() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.script("> CONNECT\n< REPLYCODE 451 4.7.1 later\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 451 4.7.1 later
          """);
    }
  }

  @Test
  void closesAtConnectIfToldTo() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.script("> CONNECT\n< REPLYCODE 421 4.7.0 bye\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.connect()) {
      client.play(
          """
          S: 421 gw.test Service unavailable - try again later
          S! closed
          """);
    }
  }

  @Test
  void refusalAtHeloIsToldToTheCommandsBehindIt() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                "> CONNECT\n< CONTINUE\n> HELO\n< REPLYCODE 550 5.7.1 bad name\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO bad.test
          S: 250-gw.test
          S: 250 ENHANCEDSTATUSCODES
          C: MAIL FROM:<a@example.org>
          S: 550 5.7.1 bad name
          C: DATA
          S: 550 5.7.1 bad name
          """);
    }
  }
}
