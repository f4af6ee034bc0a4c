package org.miltergate.gateway.smtp.content;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.ENVELOPE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.listener.SmtpDrainTest;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.RecordingNextHop;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.Answers;
import org.miltergate.milter.test.ScriptedMilter;

/** Messages in chunks, taken or broken off. */
@Tag("slow")
class BdatTest {
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
        .isEqualTo("\r\nx\r\n");
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
          .containsExactly("\r\nMAIL FROM:\r\nx\r\n", "\r\nsecond\r\n", "\r\nthird\r\n");
    }
  }

  @Test
  void messagesArriveAsTheyDoByDataHoweverTheyAreCut() throws IOException {
    Random random = new Random(20261122);
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      for (int round = 0; round < 60; round++) {
        String content = content(random);
        client.play(ENVELOPE + "C: DATA\nS: 354 ...");
        client.send(content.replaceAll("(?<=^|\r\n)\\.", "..") + ".\r\n").readReply();
        client.play(ENVELOPE);
        int chunks = sendInChunks(client, content, random);
        for (int i = 0; i < chunks; i++) {
          assertThat(client.readLine()).startsWith("250 2.0.0 Ok: ");
        }

        List<RecordingNextHop.Mail> mails = server.nextHop().mails();
        assertThat(mails).hasSize(2 * round + 2);
        assertThat(mails.get(2 * round).content()).isEqualTo(content);
        assertThat(mails.get(2 * round + 1).content()).isEqualTo(content);
        assertThat(mails.get(2 * round + 1).identity())
            .isEqualTo(mails.get(2 * round).identity())
            .isNotEmpty();
      }
    }
  }

  private static String content(Random random) {
    StringBuilder text = new StringBuilder("Message-ID: <x@example.org>\r\n\r\n");
    String[] pieces = {"\r\n", "\r\n", ".", "x", "\u00ff", "\0", "BDAT 5 LAST", "y".repeat(9000)};
    int count = random.nextInt(30);
    for (int i = 0; i < count; i++) {
      text.append(pieces[random.nextInt(pieces.length)]);
    }
    return text + "\r\n";
  }

  /** Sends all chunks at once, of 1 byte to all bytes; returns how many. */
  private static int sendInChunks(RawSmtpClient client, String content, Random random)
      throws IOException {
    StringBuilder sent = new StringBuilder();
    int chunks = 0;
    int at = 0;
    while (at < content.length()) {
      int left = content.length() - at;
      int size = random.nextInt(3) == 0 ? left : 1 + random.nextInt(Math.min(left, 4000));
      String last = size == left && random.nextBoolean() ? " LAST" : "";
      sent.append("BDAT ").append(size).append(last).append("\r\n");
      sent.append(content, at, at + size);
      chunks++;
      at += size;
      if (at == content.length() && last.isEmpty()) {
        sent.append("BDAT 0 LAST\r\n");
        chunks++;
      }
    }
    client.send(sent.toString());
    return chunks;
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

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nx\r\n");
      assertThat(milter.transcript()).containsOnlyOnce("> EOM").contains("ABORT");
    }
  }

  @Test
  void bareNewlinesBecomeLineEndsIfToldTo() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .config(c -> c.set(GatewayConfig.BARE_NEWLINES, BareNewlines.NORMALIZE))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C= BDAT 4\\r\\nx\\n.\\r
              S: 250 2.0.0 Ok: 4 bytes
              C= BDAT 3 LAST\\r\\ny\\r\\r
              S: 250 2.0.0 Ok: queued as ...
              """);

      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nx\r\n.\r\ny\r\n\r\n");
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
      assertThat(server.nextHop().onlyMail().content()).isEqualTo("\r\nx\r\ny\r\n");
    }
  }

  @Test
  void chunkThatDoesNotComeEndsTheSession() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(200)))
                .start();
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

  private static TestServer server(ScriptedMilter milter) throws IOException {
    return TestServer.builder().milter(milter).start();
  }
}
