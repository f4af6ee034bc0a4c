package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;
import static org.miltergate.gateway.testkit.Transcripts.ENVELOPE;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;

class SmtpLimitsTest {
  @Test
  void refusesASizeThatIsTooLarge() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.MESSAGE_SIZE, 1024L)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org> SIZE=1025
          S: 552 5.3.4 Message size exceeds fixed limit
          C: MAIL FROM:<a@example.org> SIZE=99999999999999999999
          S: 552 5.3.4 Message size exceeds fixed limit
          C: MAIL FROM:<a@example.org> SIZE=1024
          S: 250 2.1.0 Ok
          """);
    }
  }

  @Test
  void readsAMessageThatIsTooLargeToItsEndAndRefusesIt() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.MESSAGE_SIZE, 1024L)).start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);
      client.send(("x".repeat(998) + "\r\n").repeat(1000)).send(".\r\n");
      client.play("S: 552 5.3.4 Error: message file too big");
      client.play(BEGIN_MESSAGE);
      client.send("\r\n" + "x".repeat(1020) + "\r\n.\r\n");
      client.play("S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).hasSize(1024);
    }
  }

  @Test
  void refusesAHeaderThatIsTooLarge() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.HEADER_SIZE, 1024)).start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);
      client.send("Subject: " + "x".repeat(2000) + "\r\n\r\nbody\r\n.\r\n");
      client.play(
          """
          S: 552 5.3.4 Error: message header too big
          C: NOOP
          S: 250 2.0.0 Ok
          """);

      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void answers452IfTheBodyCannotBeKeptAndGoesOn(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("missing");
    try (TestServer server =
            TestServer.builder()
                .bodiesIn(missing)
                .limits(l -> l.set(LimitsConfig.BODY_MEMORY, 1000))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);
      client.send("\r\n" + "x".repeat(5000) + "\r\n.\r\n");
      client.play("S: 452 4.3.1 Insufficient system storage");
      client.play(BEGIN_MESSAGE);
      client.send("\r\nsmall\r\n.\r\n");
      client.play("S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.log())
          .anyMatch(line -> line.matches("error: \\w+: cannot keep the message"));
    }
  }

  @Test
  void keepsLargeBodiesInAFile(@TempDir Path directory) throws IOException {
    try (TestServer server =
            TestServer.builder()
                .bodiesIn(directory)
                .limits(l -> l.set(LimitsConfig.BODY_MEMORY, 1000))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);
      client.send("\r\n" + "x".repeat(500_000) + "\r\n.\r\n");
      client.play("S: 250 2.0.0 Ok: queued as ...");

      assertThat(server.nextHop().onlyMail().content()).hasSize(500_004);
      assertThat(directory).isEmptyDirectory();
    }
  }

  @Test
  void refusesRecipientsAboveTheLimitOnly() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.RECIPIENTS, 2)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<1@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<2@example.net>
          S: 250 2.1.5 Ok
          C: RCPT TO:<3@example.net>
          S: 452 4.5.3 Error: too many recipients
          C: DATA
          S: 354 ...
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().recipients()).hasSize(2);
    }
  }

  @Test
  void countsARecipientAsOftenAsItIsNamed() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.RECIPIENTS, 2)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          ENVELOPE
              + """
              C: RCPT TO:<b@example.net>
              S: 250 2.1.5 Ok
              C: RCPT TO:<b@example.net>
              S: 452 4.5.3 Error: too many recipients
              """);
    }
  }

  @Test
  void hangsUpOnAClientThatDoesNothingButErr() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.HARD_ERRORS, 3)).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: FOO
          S: 500 ...
          C: FOO
          S: 500 ...
          C: FOO
          C: NOOP
          S: 500 ...
          S: 421 4.7.0 gw.test Error: too many errors
          S! closed
          """);

      assertThat(server.log()).contains("too many errors after UNKNOWN from unknown[127.0.0.1]");
    }
  }

  @Test
  void forgetsErrorsWhenAMessageWasTaken() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.HARD_ERRORS, 2)).start();
        RawSmtpClient client = server.client()) {
      for (int i = 0; i < 5; i++) {
        client.play("C: FOO\nS: 500 ...\n" + BEGIN_MESSAGE + "C: .\nS: 250 ...\n");
      }
    }
  }

  @Test
  void slowsDownAClientThatErrsOften() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l ->
                    l.set(LimitsConfig.SOFT_ERRORS, 1)
                        .set(LimitsConfig.ERROR_DELAY, Duration.ofMillis(100)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play("C: FOO\nS: 500 ...");
      long begun = System.nanoTime();

      client.play("C: FOO\nS: 500 ...");

      assertThat(System.nanoTime() - begun).isGreaterThan(TimeUnit.MILLISECONDS.toNanos(99));
    }
  }

  @Test
  void countsCommandsThatDoNothingAsErrorsInTheEnd() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.HARD_ERRORS, 2)).start();
        RawSmtpClient client = server.client()) {
      client.send("NOOP\r\n".repeat(110));
      for (int i = 0; i < 102; i++) {
        client.play("S: 250 2.0.0 Ok");
      }
      client.play("S: 421 4.7.0 gw.test Error: too many errors\nS! closed");
    }
  }

  @Test
  void throwsLongLinesAwayAndGoesOn() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.LINE_LENGTH, 512)).start();
        RawSmtpClient client = server.client()) {
      client.send("NOOP " + "x".repeat(300_000) + "\r\nMAIL FROM:<" + "y".repeat(600) + "\r\n");
      client.play(
          """
          S: 500 5.5.2 Error: line too long
          S: 500 5.5.2 Error: line too long
          C: RCPT TO:<a@example.org>
          S: 503 5.5.1 Error: need MAIL command
          """);
    }
  }

  @Test
  void hangsUpOnALineWithoutEnd() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.send("x".repeat(1_100_000));
      client.play("S: 500 5.5.2 Error: line too long\nS! closed");
    }
  }

  @Test
  void turnsClientsAwayWhenItIsFull() throws IOException {
    try (TestServer server =
        TestServer.builder()
            .limits(l -> l.set(LimitsConfig.SESSIONS, 1).set(LimitsConfig.SESSIONS_PER_CLIENT, 1))
            .start()) {
      try (RawSmtpClient first = server.client();
          RawSmtpClient second = server.connect()) {
        second.play("S: 421 4.3.2 gw.test All server ports are busy\nS! closed");
        first.play("C: NOOP\nS: 250 2.0.0 Ok\nC: QUIT\nS: 221 ...\nS! closed");
      }
      awaitNoSession(server);
      try (RawSmtpClient third = server.client()) {
        third.play("C: NOOP\nS: 250 2.0.0 Ok");
      }
    }
  }

  @Test
  void turnsAClientAwayThatHasTooManySessions() throws IOException {
    try (TestServer server =
            TestServer.builder().limits(l -> l.set(LimitsConfig.SESSIONS_PER_CLIENT, 1)).start();
        RawSmtpClient first = server.client();
        RawSmtpClient second = server.connect()) {
      second.play(
          """
          S: 421 4.7.0 gw.test Error: too many connections from 127.0.0.1
          S! closed
          """);
      first.play("C: NOOP\nS: 250 2.0.0 Ok");

      assertThat(server.log())
          .contains("warning: Connection concurrency limit exceeded: unknown[127.0.0.1]");
    }
  }

  @Test
  void tellsASilentClientThatItsTimeIsOver() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofMillis(200)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play("S: 421 4.4.2 gw.test Error: timeout exceeded\nS! closed");

      assertThat(server.log()).contains("timeout after CONNECT from unknown[127.0.0.1]");
    }
  }

  @Test
  void limitsAWholeCommandHoweverItDrips() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofMillis(300)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play("C~ x\nS: 421 4.4.2 gw.test Error: timeout exceeded");
    }
  }

  @Test
  void limitsAPauseWithinAMessage() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(200)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE + "C: Subject: never finished");

      client.play("S: 421 4.4.2 gw.test Error: timeout exceeded\nS! closed");
      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void limitsAWholeMessageHoweverItDrips() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(100)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE + "C~ x\nS: 421 4.4.2 gw.test Error: timeout exceeded");
    }
  }

  @Test
  void limitsAWholeMessageHoweverManyChunksItHas() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(100)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(ENVELOPE);
      String reply;
      do {
        client.send("BDAT 1\r\nx");
        reply = client.readLine();
      } while (reply.startsWith("250 "));

      assertThat(reply).isEqualTo("421 4.4.2 gw.test Error: timeout exceeded");
      assertThat(server.nextHop().mails()).isEmpty();
    }
  }

  @Test
  void endsASessionWhoseClientNeverReads() throws Exception {
    try (TestServer server =
            TestServer.builder()
                .limits(l ->
                    l.set(LimitsConfig.REPLY_TIMEOUT, Duration.ofMillis(300))
                        .set(LimitsConfig.HARD_ERRORS, 1_000_000))
                .start();
        RawSmtpClient client = RawSmtpClient.connectNarrow(server.address())) {
      Thread talking =
          Thread.startVirtualThread(() -> {
            try {
              while (true) {
                client.send("EHLO client.test\r\n".repeat(1000));
              }
            } catch (IOException e) {
              return; // the server has hung up
            }
          });

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.log().stream().anyMatch(line -> line.startsWith("timeout after")));
      awaitNoSession(server);
      talking.join();
    }
  }

  private static void awaitNoSession(TestServer server) {
    Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.openSessions() == 0);
  }
}
