package org.miltergate.gateway.smtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.BareNewlines;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.Answers;
import org.miltergate.milter.test.ScriptedMilter;

/** Messages in chunks. */
@Timeout(60)
class BdatTest {
  private static final String ENVELOPE =
      """
      C: MAIL FROM:<a@example.org>
      S: 250 2.1.0 Ok
      C: RCPT TO:<b@example.net>
      S: 250 2.1.5 Ok
      """;

  private static String contentAfter(String transcript) throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(ENVELOPE + transcript + "C: QUIT\nS: 221 2.0.0 Bye\nS! closed");
      return server.nextHop().onlyMail().content();
    }
  }

  @Test
  void takesAMessageInOneChunk() throws IOException {
    assertThat(
            contentAfter(
                """
                C: BDAT 14 LAST
                C: Subject: abc
                S: 250 2.0.0 Ok: queued as ...
                """))
        .isEqualTo("Subject: abc\r\n");
  }

  @Test
  void takesAMessageInManyChunksCutAnywhere() throws IOException {
    assertThat(
            contentAfter(
                """
                C= BDAT 7\\r\\nSubject
                S: 250 2.0.0 Ok: 7 bytes
                C= bdat 1\\r\\n:
                S: 250 2.0.0 Ok: 1 bytes
                C: NOOP
                S: 250 2.0.0 Ok
                C= BDAT 3\\r\\n x\\r
                S: 250 2.0.0 Ok: 3 bytes
                C= BDAT  1\\r\\n\\n
                S: 250 2.0.0 Ok: 1 bytes
                C= Bdat 5\\r\\n\\r\\n.\\r\\n
                S: 250 2.0.0 Ok: 5 bytes
                C= BDAT 2\tlast\\r\\n..
                S: 250 2.0.0 Ok: queued as ...
                """))
        .isEqualTo("Subject: x\r\n\r\n.\r\n..\r\n");
  }

  @Test
  void emptyLastChunkEndsTheMessage() throws IOException {
    assertThat(
            contentAfter(
                """
                C: BDAT 3
                C: x
                S: 250 2.0.0 Ok: 3 bytes
                C: BDAT 0 LAST
                S: 250 2.0.0 Ok: queued as ...
                """))
        .isEqualTo("x\r\n");
  }

  @Test
  void emptyMessageIsAMessage() throws IOException {
    assertThat(contentAfter("C: BDAT 0 LAST\nS: 250 2.0.0 Ok: queued as ...\n")).isEmpty();
  }

  @Test
  void severalMessagesMayComeInOnePacket() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<b@example.net>
          C: BDAT 12
          C= MAIL FROM:\\r\\n
          C: BDAT 3 LAST
          C: x
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<b@example.net>
          C: BDAT 8 LAST
          C: second
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<b@example.net>
          C: DATA
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 250 2.0.0 Ok: 12 bytes
          S: 250 2.0.0 Ok: queued as ...
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 250 2.0.0 Ok: queued as ...
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 354 ...
          C: third
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().mails())
          .extracting(RecordingNextHop.Mail::content)
          .containsExactly("MAIL FROM:\r\nx\r\n", "second\r\n", "third\r\n");
    }
  }

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

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("x\r\n");
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

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("first\r\nlast\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"RSET", "EHLO again.test", "HELO again.test"})
  void messageIsGivenUpBetweenItsChunks(String command) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(c -> Answers.CONTINUE);
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(ENVELOPE + "C: BDAT 7\nC: first\nS: 250 2.0.0 Ok: 7 bytes");
      client.play("C: %s\nS+ 250".formatted(command));
      client.play("C: BDAT 6 LAST\nC: QUIT\nS: 503 5.5.1 Error: need RCPT command");
      client.play(ENVELOPE + "C: BDAT 3 LAST\nC: x\nS: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("x\r\n");
      assertThat(milter.transcript()).containsOnlyOnce("> EOM").contains("ABORT");
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
    try (TestServer server = TestServer.builder().limits(l -> l.maxMessageBytes(1024)).start();
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

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("x\r\n");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"1537", "999999999999999999"})
  void whoeverAnnouncesFarTooMuchIsNotListenedTo(String bytes) throws IOException {
    try (TestServer server = TestServer.builder().limits(l -> l.maxMessageBytes(1024)).start();
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

  @Test
  void bareNewlinesBecomeLineEndsIfToldTo() throws IOException {
    try (TestServer server =
            TestServer.builder().config(c -> c.bareNewlines(BareNewlines.NORMALIZE)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C= BDAT 4\\r\\nx\\n.\\r
              S: 250 2.0.0 Ok: 4 bytes
              C= BDAT 3 LAST\\r\\ny\\r\\r
              S: 250 2.0.0 Ok: queued as ...
              """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("x\r\n.\r\ny\r\n\r\n");
    }
  }

  /** Where a client breaks off. */
  enum Point {
    WITHIN_FIRST("BDAT 100\r\nSubject: x\r\n"),
    WITHIN_LAST("BDAT 3\r\nx\r\nBDAT 100 LAST\r\nhalf"),
    BETWEEN("BDAT 3\r\nx\r\n"),
    BEFORE_LAST("BDAT 3\r\nx\r\nBDAT 0 LAS"),
    WITHIN_REFUSED("BDAT 3\r\n\nx\nBDAT 100 LAST\r\nhalf");

    private final String sent;

    Point(String sent) {
      this.sent = sent;
    }
  }

  @ParameterizedTest
  @org.junit.jupiter.params.provider.EnumSource
  void messageThatIsCutOffIsNeverDelivered(Point point) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(c -> Answers.CONTINUE);
        TestServer server = server(milter)) {
      try (RawSmtpClient client = server.client()) {
        client.play(ENVELOPE).send(point.sent).finishSending().readToEnd();
      }

      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.openSessions() == 0);
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(milter.awaitFinished(Duration.ofSeconds(10))).isTrue();
      assertThat(milter.transcript()).contains("ABORT", "QUIT").doesNotContain("EOM");
      assertThat(server.log()).contains("lost connection after BDAT from unknown[127.0.0.1]");
    }
  }

  @Test
  void quitBeforeTheLastChunkDropsTheMessage() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(c -> Answers.CONTINUE);
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: BDAT 3
              C: x
              S: 250 2.0.0 Ok: 3 bytes
              C: QUIT
              S: 221 2.0.0 Bye
              S! closed
              """);

      assertThat(milter.awaitFinished(Duration.ofSeconds(10))).isTrue();
      assertThat(milter.transcript()).contains("ABORT", "QUIT").doesNotContain("EOM");
      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void miltersSeeWhatTheySeeOfTheSameMessageByData() throws IOException {
    String byData = milterTranscript("C: DATA\nS: 354 ...\nC: Subject: x\nC:\nC: ..body\nC: .\n");
    String byBdat =
        milterTranscript(
            "C= BDAT 5\\r\\nSubje\n"
                + "S: 250 ...\n"
                + "C= BDAT 16 LAST\\r\\nct: x\\r\\n\\r\\n.body\\r\\n\n");

    assertThat(byBdat).isEqualTo(byData).contains("DATA", "BODY");
  }

  private static String milterTranscript(String message) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(c -> Answers.CONTINUE);
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(ENVELOPE + message + "S: 250 2.0.0 Ok: queued as ...\nC: QUIT\nS: 221 2.0.0 Bye");
      assertThat(milter.awaitFinished(Duration.ofSeconds(10))).isTrue();
      return milter
          .transcript()
          .replaceAll("\\{(client_port|daemon_port)}=?\\s*\\S+", "$1")
          .replaceAll("\\d{4,5}", "PORT")
          .replaceAll("(?<=[ |=])[0-9A-Za-z]{14,16}(?=\\s)", "QUEUEID");
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
  void drainLetsAMessageInChunksFinish() throws Exception {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(ENVELOPE + "C: BDAT 3\nC: x\nS: 250 2.0.0 Ok: 3 bytes");

      CompletableFuture<Boolean> draining =
          CompletableFuture.supplyAsync(() -> {
            try {
              return server.server().drain(Duration.ofSeconds(20));
            } catch (IOException e) {
              throw new java.io.UncheckedIOException(e);
            }
          });
      SmtpDrainTest.awaitNotListening(server);
      client.play(
          """
          C: BDAT 3
          C: y
          S: 250 2.0.0 Ok: 3 bytes
          C: BDAT 0 LAST
          S: 250 2.0.0 Ok: queued as ...
          S: 421 4.3.2 gw.test Service shutting down
          S! closed
          """);

      assertThat(draining.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(server.nextHop().onlyMail().content()).isEqualTo("x\r\ny\r\n");
    }
  }

  @Test
  void chunkThatDoesNotComeEndsTheSession() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.dataTimeout(Duration.ofMillis(200))).start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C= BDAT 100 LAST\\r\\nhalf
              S: 421 4.4.2 gw.test Error: timeout exceeded
              S! closed
              """);

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void messageThatCannotBeStoredIsRefusedAndDrained(@TempDir Path directory) throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.maxBodyMemoryBytes(10))
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
    return TestServer.builder()
        .milter(MilterClient.builder("m1", milter.address()).build())
        .start();
  }
}
