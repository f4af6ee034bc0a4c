package org.miltergate.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.time.Duration;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.Answers;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.net.Watchdog;

/** The client leaves at every point; nothing of a session may stay behind. */
class SmtpDisconnectTest {
  private static final String CONVERSATION =
      """
      EHLO client.test
      MAIL FROM:<a@example.org>
      RCPT TO:<b@example.net>
      RCPT TO:<c@example.net>
      DATA
      Subject: x

      body
      """
          .replace("\n", "\r\n");

  @ParameterizedTest
  @ValueSource(ints = {0, 5, 18, 30, 45, 60, 70, 90, 97, 98, 105, 115, 120, 125})
  void anAbruptEndIsNoticedAndTheMilterIsToldToQuit(int bytes) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(command -> Answers.CONTINUE);
        TestServer server = server(milter)) {
      try (RawSmtpClient client = server.client()) {
        client.send(CONVERSATION.substring(0, Math.min(bytes, CONVERSATION.length())));
        client.reset();
      }

      awaitNoSession(server);
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(milter.awaitFinished(Duration.ofSeconds(10))).isTrue();
      assertThat(milter.transcript()).contains("QUIT");
    }
  }

  @Test
  void leavesNoDescriptorAndNoWatchBehind() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(command -> Answers.CONTINUE);
        TestServer server = server(milter)) {
      server.client().close(); // what is opened once stays open
      awaitNoSession(server);
      assertThat(milter.awaitFinished(Duration.ofSeconds(10))).isTrue();
      int watches = Watchdog.shared().size();
      int descriptors = openDescriptors();

      for (int bytes = 0; bytes < CONVERSATION.length(); bytes++) {
        try (RawSmtpClient client = server.connect()) {
          client.send(CONVERSATION.substring(0, bytes));
        }
      }

      Awaitility.await()
          .atMost(Duration.ofSeconds(20))
          .until(() ->
              server.openSessions() == 0
                  && Watchdog.shared().size() <= watches
                  && openDescriptors() <= descriptors);
    }
  }

  /** Counts them as Linux shows them; elsewhere there is nothing to compare. */
  private static int openDescriptors() {
    String[] descriptors = new File("/proc/self/fd").list();
    return descriptors == null ? 0 : descriptors.length;
  }

  /** How a client leaves that has sent half a message. */
  enum Leave {
    CLOSE,
    HALF_CLOSE,
    RESET
  }

  @ParameterizedTest
  @EnumSource
  void halfAMessageIsNeverDelivered(Leave leave) throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.answering(command -> Answers.CONTINUE);
        TestServer server = server(milter);
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C= Subject: x\\r\\n\\r\\nbody\\r\\n.
          """);

      switch (leave) {
        case CLOSE -> client.close();
        case HALF_CLOSE -> client.finishSending();
        case RESET -> client.reset();
      }

      awaitNoSession(server);
      assertThat(server.nextHop().mails()).isEmpty();
      assertThat(server.log())
          .contains("lost connection after DATA from unknown[127.0.0.1]")
          .anyMatch(line -> line.startsWith("disconnect from unknown[127.0.0.1] mail=1 rcpt=1"));
      assertThat(milter.transcript()).contains("ABORT").doesNotContain("EOM");
    }
  }

  private static TestServer server(ScriptedMilter milter) throws IOException {
    return TestServer.builder().milter(milter).start();
  }

  private static void awaitNoSession(TestServer server) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() ->
            server.openSessions() == 0
                && server.log().stream().anyMatch(line -> line.startsWith("disconnect")));
  }
}
