package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.ENVELOPE;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

/** Chunks that are refused: never run as commands, and discarded with those behind them. */
class BdatRefusalTest {
  @Test
  void chunkThatIsRefusedNeverRunsAsCommands() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: BDAT 6 LAST
          C: QUIT
          S: 503 5.5.1 Error: need RCPT command
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: BDAT 6
          C: QUIT
          C: BDAT 6
          C: QUIT
          S: 554 5.5.1 Error: no valid recipients
          S: 551 5.0.0 Discarded 6 bytes after earlier error
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: RCPT after BDAT
          C: BDAT 6 LAST
          C: QUIT
          S: 551 5.0.0 Discarded 6 bytes after earlier error
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          C: BDAT 6
          C: QUIT
          S: 503 5.5.1 Error: need RCPT command
          C: MAIL FROM:<a@example.org>
          S: 503 5.5.1 Error: MAIL after BDAT
          C: RSET
          S: 250 2.0.0 Ok
          """);
      client.play(ENVELOPE + "C: BDAT 3 LAST\nC: x\nS: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nx\r\n");
    }
  }

  @Test
  void nothingElseOfAMessageMayStandBetweenItsChunks() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 7
              C: first
              S: 250 2.0.0 Ok: 7 bytes
              C: MAIL FROM:<a@example.org>
              S: 503 5.5.1 Error: nested MAIL command
              C: RCPT TO:<c@example.net>
              S: 503 5.5.1 Error: RCPT after BDAT
              C: DATA
              S: 503 5.5.1 Error: DATA after BDAT
              C: BDAT 6 LAST
              C: last
              S: 250 2.0.0 Ok: queued as ...
              C: DATA
              S: 503 5.5.1 Error: need RCPT command
              """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nfirst\r\nlast\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "BDAT",
        "BDAT -1 LAST",
        "BDAT 5 FIRST",
        "BDAT 5 LAST LAST",
        "BDAT 5LAST",
        "BDAT 0x5",
        "BDAT 99999999999999999999 LAST"
      })
  void connectionEndsIfItIsUnknownHowMuchFollows(String command) throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: %s
              C: MAIL FROM:<evil@example.org>
              S: 521 5.5.4 Syntax: BDAT count [LAST]
              S! closed
              """
                  .formatted(command));

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void connectionEndsIfNulStandsInTheCommand() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE + "C= BDAT 5\\0\\r\\nQUIT\\r\\n\nS: 521 5.5.4 Syntax: BDAT count [LAST]");
      client.expectClosed();
    }
  }

  @Test
  void emptyChunkThatIsNotTheLastIsRefused() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 0
              S: 551 5.7.1 Null BDAT request
              C: BDAT 3 LAST
              C: x
              S: 551 5.0.0 Discarded 3 bytes after earlier error
              C: NOOP
              S: 250 2.0.0 Ok
              """);

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void messageAboveTheLimitIsRefusedWithTheChunkThatReachesIt() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.MESSAGE_SIZE, 1024L)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 1000
              C= %s\\r\\n
              S: 250 2.0.0 Ok: 1000 bytes
              C: BDAT 24
              C= %s\\r\\n
              S: 250 2.0.0 Ok: 24 bytes
              C: BDAT 3 LAST
              C: x
              S: 552 5.3.4 Chunk exceeds message size limit
              C: BDAT 3 LAST
              C: x
              S: 503 5.5.1 Error: need RCPT command
              """
                  .formatted("x".repeat(998), "x".repeat(22)));
      client.play(ENVELOPE + "C: BDAT 3 LAST\nC: x\nS: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nx\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1537", "999999999999999999"})
  void whoeverAnnouncesFarTooMuchIsNotListenedTo(String bytes) throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.MESSAGE_SIZE, 1024L)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT %s LAST
              C: QUIT
              S: 552 5.3.4 Chunk exceeds message size limit
              S! closed
              """
                  .formatted(bytes));

      assertThat(server.log()).anyMatch(line -> line.contains("too much BDAT content"));
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "x\\n.\\r\\nMAIL FROM:<e@e.test>\\r\\n",
        "x\\r\\n.\\rQUIT",
        "x\\r.\\r",
        "\\n",
      })
  void bareNewlinesAreRefusedAtTheChunkThatHoldsThem(String sent) throws IOException {
    int length = RawSmtpClient.unescape(sent).length();
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT %d
              C= %sx
              S: 550 5.5.2 gw.test Error: bare <LF> or <CR> received
              C: BDAT 3 LAST
              C: x
              S: 551 5.0.0 Discarded 3 bytes after earlier error
              C: BDAT %d LAST
              C= %sx
              S: 503 5.5.1 Error: need RCPT command
              """
                  .formatted(length + 1, sent, length + 1, sent));
      client.play(
          ENVELOPE
              + """
              C: BDAT %d LAST
              C= %s
              S: 550 5.5.2 gw.test Error: bare <LF> or <CR> received
              """
                  .formatted(length, sent));

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      value = {
        "REPLYCODE 550 5.7.1 no | 550 5.7.1 no",
        "TEMPFAIL | 451 4.7.1 Service unavailable - try again later",
      })
  void refusalByAMilterAtDataThrowsTheChunksAway(String answer, String reply) throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> DATA\n< " + answer + "\n> ABORT\n...\n> QUIT");
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 6
              C: QUIT
              C: BDAT 6 LAST
              C: QUIT
              S: %s
              S: 551 5.0.0 Discarded 6 bytes after earlier error
              C: MAIL FROM:<a@example.org>
              S: 250 2.1.0 Ok
              C: QUIT
              S: 221 2.0.0 Bye
              """
                  .formatted(reply));

      milter.assertScriptFinished();
      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void refusalByAMilterAtTheEndIsTheReplyToLast() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.script("...\n> EOM\n< REPLYCODE 550 5.7.1 spam\n...\n> QUIT");
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 3
              C: x
              S: 250 2.0.0 Ok: 3 bytes
              C: BDAT 0 LAST
              S: 550 5.7.1 spam
              C: QUIT
              S: 221 2.0.0 Bye
              """);

      milter.assertScriptFinished();
    }
  }

  @Test
  void messageThatCannotBeStoredIsRefusedAndDrained(@TempDir Path directory) throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.BODY_MEMORY, 10))
                .bodiesIn(directory.resolve("missing"))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 24
              C:
              C: xxxxxxxxxxxxxxxxxxxx
              S: 452 4.3.1 Insufficient system storage
              C: BDAT 6 LAST
              C: QUIT
              S: 551 5.0.0 Discarded 6 bytes after earlier error
              C: NOOP
              S: 250 2.0.0 Ok
              """);
    }
  }

  private static TestServer server(ScriptedMilter milter) throws IOException {
    return TestServer.builder().milter(milter).start();
  }
}
