package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.MESSAGE;

import java.io.IOException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.RecordingNextHop;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;

/** What a milter says of a message, and what the SMTP client then hears. */
class MilterVerdictTest {
  @Test
  void passesRepliesLetterByLetter() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > MAIL
                < REPLYCODE 451-4.7.1 first\\r\\n451 4.7.1 second
                ...
                > MAIL
                < CONTINUE
                > RCPT
                < REPLYCODE 550 5.1.1 no such user
                > RCPT
                < CONTINUE
                > DATA
                < REPLYCODE 554 5.7.1 not now
                ...
                > QUIT
                """);
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 451-4.7.1 first
          S: 451 4.7.1 second
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 550 5.1.1 no such user
          C: RCPT TO:<c@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 554 5.7.1 not now
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      milter.assertScriptFinished();
      assertThat(server.log())
          .anyMatch(line ->
              line.matches(
                  "\\w+: milter-reject: RCPT from unknown\\[127\\.0\\.0\\.1\\]: 550 5\\.1\\.1"
                      + " no such user; from=<a@example\\.org> to=<b@example\\.net> proto=SMTP"
                      + " milter=m1 cause=own"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAIL", "RCPT", "DATA"})
  void closesBehind421(String stage) throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> " + stage + "\n< REPLYCODE 421 4.7.0 bye\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.send("MAIL FROM:<a@example.org>\r\nRCPT TO:<b@example.net>\r\nDATA\r\n");
      client.play(
          switch (stage) {
            case "MAIL" -> "";
            case "RCPT" -> "S: 250 2.1.0 Ok\n";
            default -> "S: 250 2.1.0 Ok\nS: 250 2.1.5 Ok\n";
          });
      client.play("S: 421 4.7.0 bye\nS! closed");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"HEADER", "EOH", "BODY", "EOM"})
  void refusalOfTheContentIsToldAtTheEndOfTheMessage(String stage) throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> " + stage + "\n< REPLYCODE 550 5.7.1 spam\n...\n> QUIT");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          MESSAGE
              + """
              S: 550 5.7.1 spam
              C: RCPT TO:<b@example.net>
              S: 503 5.5.1 Error: need MAIL command
              C: QUIT
              S: 221 2.0.0 Bye
              """);

      milter.assertScriptFinished();
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log())
          .anyMatch(line ->
              line.contains("milter-reject: END-OF-MESSAGE from unknown[127.0.0.1]")
                  && line.contains("to=<b@example.net>"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"MAIL", "RCPT", "DATA", "HEADER", "BODY", "EOM"})
  void discardedMessagesSeemToBeTaken(String stage) throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> " + stage + "\n< DISCARD\n...\n> QUIT");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...\nC: QUIT\nS: 221 2.0.0 Bye\n");

      milter.assertScriptFinished();
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log()).anyMatch(line -> line.contains(": milter-discard: "));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "CONTINUE | 500 5.5.2 Error: command not recognized",
        "REJECT | 500 5.5.2 Error: command not recognized",
        "REPLYCODE 550 5.7.1 no | 500 5.5.2 Error: command not recognized",
        "TEMPFAIL | 451 4.7.1 Service unavailable - try again later",
        "REPLYCODE 450 4.7.1 busy | 450 4.7.1 busy",
      })
  void unknownCommandsGetTheMiltersReplyOnlyIfItIsTemporary(String answer, String reply)
      throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> UNKNOWN XFOO bar\n< " + answer + "\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play("C: XFOO bar\nS: " + reply);

      milter.assertScriptFinished();
    }
  }

  @Test
  void appliesEditsAndHidesOurReceivedField() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                ...
                > HEADER Subject|hello
                < CONTINUE
                > EOH
                < CONTINUE
                > BODY body\\r\\n
                < CONTINUE
                > EOM
                < ADDHEADER X-Last|1
                < INSHEADER 1 X-First|1
                < INSHEADER 0 X-Top|1
                < CHGFROM <d@example.org>
                < ADDRCPT <c@example.net>
                < DELRCPT <b@example.net>
                < REPLBODY new\\n
                < CONTINUE
                ...
                """);
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");

      RecordingNextHop.Mail mail = server.nextHop().onlyMail();
      assertThat(mail.sender()).isEqualTo("<d@example.org>");
      assertThat(mail.recipients()).containsExactly("<c@example.net>");
      assertThat(mail.content())
          .isEqualTo("X-Top: 1\r\nX-First: 1\r\nSubject: hello\r\nX-Last: 1\r\n\r\nnew\r\n");
      milter.assertScriptFinished();
    }
  }

  @Test
  void takesAMessageWithoutRecipientsAndSendsItNowhere() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> EOM\n< DELRCPT <b@example.net>\n< CONTINUE\n...\n");
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void firstConfiguredRefusalWins() throws IOException {
    try (ScriptedMilter slow =
            ScriptedMilter.script(
                "...\n> RCPT\n< PAUSE 50ms\n< REPLYCODE 550 5.7.1 first\n...\n> QUIT");
        ScriptedMilter quick =
            ScriptedMilter.script("...\n> RCPT\n< REPLYCODE 550 5.7.1 second\n...\n> QUIT");
        TestServer server =
            TestServer.builder()
                .milter(slow)
                .milter(MilterClient.builder("m2", quick.address()).build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 550 5.7.1 first
          """);
    }
  }

  @Test
  void saysWhatAFailedMilterCountsAs() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.script("...\n> MAIL\n< CLOSE\n");
        TestServer server =
            TestServer.builder()
                .milter(
                    MilterClient.builder("m1", milter.address())
                        .onFailure(FailurePolicy.REJECT)
                        .build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 550 5.5.0 Service unavailable
          C: MAIL FROM:<a@example.org>
          S: 550 5.5.0 Service unavailable
          """);

      assertThat(server.log())
          .anyMatch(
              line -> line.matches("warning: \\w+: milter m1: .* at MAIL; default-action=reject"))
          .anyMatch(line ->
              line.contains("milter-reject: MAIL")
                  && line.endsWith("milter=m1 cause=default-action"));
    }
  }

  @Test
  void namesTheMilterThatAMessagePassesWithoutAndCountsTheMessage() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.script("...\n> MAIL\n< CLOSE\n");
        TestServer server =
            TestServer.builder()
                .milter(
                    MilterClient.builder("m1", milter.address())
                        .onFailure(FailurePolicy.ACCEPT)
                        .build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.log())
          .filteredOn(line ->
              line.matches(
                  "warning: \\w+: milter m1: message passes without its verdict: closed the"
                      + " connection instead of answering MAIL"))
          .doesNotHaveDuplicates()
          .hasSize(2);
      assertThat(server.server().counters().snapshot()).containsEntry("passed-without-milter", 2L);
    }
  }

  @ParameterizedTest
  @EnumSource(FailurePolicy.class)
  void moreEditsThanAreTakenAreNoFailureOfTheMilter(FailurePolicy policy) throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .scripts("...\n> EOM\n< REPEAT 3 CHGHEADER 1 Forged|\n< ACCEPT\n", "...\n")
                .start();
        TestServer server =
            TestServer.builder()
                .milter(
                    MilterClient.builder("m1", milter.address())
                        .onFailure(policy)
                        .maxEdits(2)
                        .build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: 451 4.3.0 Mail cannot be processed now - try again later\n");
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log())
          .anyMatch(line -> line.contains("asked for more than 2 edits of one message (max-edits)"))
          .anyMatch(line -> line.endsWith("milter=m1 cause=limit"));

      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");
      assertThat(server.nextHop().mails()).hasSize(1);
    }
  }

  @Test
  void secondMessageAndResetAreToldToTheMilter() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script(
                """
                > CONNECT
                < CONTINUE
                > HELO client.test
                < CONTINUE
                > MAIL <a@example.org>
                < CONTINUE
                > ABORT
                > MAIL <a@example.org>
                < CONTINUE
                > RCPT <b@example.net>
                < CONTINUE
                > DATA
                < CONTINUE
                > HEADER
                < CONTINUE
                > EOH
                < CONTINUE
                > BODY
                < CONTINUE
                > EOM
                < CONTINUE
                > ABORT
                > MAIL <a@example.org>
                < CONTINUE
                > ABORT
                > HELO again.test
                < CONTINUE
                > QUIT
                """);
        TestServer server = TestServer.behind(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: HELO client.test
          S: 250 gw.test
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RSET
          S: 250 2.0.0 Ok
          """);
      client.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: HELO again.test
          S: 250 gw.test
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);

      milter.assertScriptFinished();
    }
  }
}
