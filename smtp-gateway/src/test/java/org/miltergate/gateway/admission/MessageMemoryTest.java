package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;
import static org.miltergate.gateway.testkit.Transcripts.MESSAGE;

import java.io.IOException;
import java.net.InetAddress;
import java.time.Duration;
import java.util.function.Consumer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.setting.Changes;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.test.ScriptedMilter;

/** The memory of all messages together: who gets it, and that it comes back. */
class MessageMemoryTest {
  private static final int MIB = 1 << 20;
  private static final String USED_UP = "452 4.3.1 Insufficient system storage";

  /** Half of it is one client's; 32 KiB of each message are free. */
  private static final Consumer<Changes<LimitsConfig>> ONE_MIB =
      limits -> limits.set(LimitsConfig.MEMORY, (long) MIB).set(LimitsConfig.SESSIONS, 10);

  private static String header(int bytes) {
    return ("X-A: " + "y".repeat(993) + "\r\n").repeat(bytes / 1000);
  }

  @Test
  void takesNoMoreMessagesThanThereIsMemoryFor() throws IOException {
    try (TestServer server = TestServer.builder().limits(ONE_MIB).start();
        RawSmtpClient greedy = server.client();
        RawSmtpClient next = server.client()) {
      greedy.play(BEGIN_MESSAGE).send(header(450_000));
      awaitInUse(server, 400_000);

      next.play(BEGIN_MESSAGE).send(header(200_000) + "\r\n.\r\n").play("S: " + USED_UP);
      next.play(MESSAGE + "S: 250 2.0.0 Ok: queued as ...");

      greedy.send("\r\n.\r\n").play("S: 250 2.0.0 Ok: queued as ...");
      awaitNothingInUse(server);
      next.play(BEGIN_MESSAGE).send(header(200_000) + "\r\n.\r\n");
      next.play("S: 250 2.0.0 Ok: queued as ...");
      assertThat(server.log())
          .anyMatch(
              line -> line.equals("warning: memory for messages is exhausted: unknown[127.0.0.1]"));
    }
  }

  @Test
  void keepsHalfOfTheMemoryForOtherClients() throws IOException {
    MessageMemory memory = new MessageMemory(MIB, 10);
    InetAddress one = InetAddress.getByName("192.0.2.1");
    InetAddress other = InetAddress.getByName("2001:db8::1");
    InetAddress sameAsOther = InetAddress.getByName("2001:db8::2");
    int free = 32 * 1024;
    try (MessageMemory.Share first = memory.open(one);
        MessageMemory.Share second = memory.open(one);
        MessageMemory.Share third = memory.open(other)) {
      assertThat(first.memory().tryTake(MIB / 2 + free)).isTrue();
      assertThat(first.memory().tryTake(1)).isFalse();
      assertThat(second.memory().tryTake(free)).isTrue();
      assertThat(second.memory().tryTake(1)).isFalse();
      assertThat(third.memory().tryTake(MIB / 2 + free)).isTrue();
      try (MessageMemory.Share fourth = memory.open(sameAsOther)) {
        assertThat(fourth.memory().tryTake(free + 1)).isFalse();
      }
    }

    assertThat(memory.usedBytes()).isZero();
  }

  @Test
  void freeBytesOfAllSessionsAreHalfOfTheMemoryAtMost() throws IOException {
    try (MessageMemory.Share share =
        new MessageMemory(MIB, 1000).open(InetAddress.getLoopbackAddress())) {
      share.memory().tryTake(MIB / 2);

      assertThat(share.memory().tryTake(MIB / 2 / 1000)).isTrue();
      assertThat(share.memory().tryTake(1)).isFalse();
    }
  }

  @Test
  void takesNoMoreRecipientsThanThereIsMemoryFor() throws IOException {
    try (TestServer server = TestServer.builder().limits(ONE_MIB).start();
        RawSmtpClient client = server.client()) {
      String name = "x".repeat(60);
      client.play("C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 Ok");
      int accepted = 0;
      String reply = "";
      for (int i = 0; i < 1000 && !reply.startsWith("452"); i++) {
        String orcpt = "rfc822;" + "y".repeat(400) + "@z.test";
        client.send(
            "RCPT TO:<%s%d@example.net> NOTIFY=NEVER ORCPT=%s\r\n".formatted(name, i, orcpt));
        reply = client.readLine();
        accepted += reply.startsWith("250") ? 1 : 0;
      }

      assertThat(reply).isEqualTo(USED_UP);
      assertThat(accepted).isBetween(300, 500);
      client.play("C: DATA\nS: 354 ...\nC: .\nS: 250 2.0.0 Ok: queued as ...");
      assertThat(server.nextHop().onlyMail().recipients()).hasSize(accepted);
      awaitNothingInUse(server);
    }
  }

  @Test
  void recipientsThatAreRefusedOrNamedTwiceTakeNone() throws IOException {
    try (TestServer server = TestServer.builder().limits(ONE_MIB).start();
        RawSmtpClient client = server.client()) {
      client.play("C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 Ok");
      for (int i = 0; i < 900; i++) {
        client.play("C: RCPT TO:<b@example.net>\nS: 250 2.1.5 Ok");
        if (i % 100 == 0) {
          client.play("C: RCPT TO:<refused@here.test>\nS: 550 5.1.1 No such user here");
        }
      }

      assertThat(server.server().memoryInUse()).isZero();
    }
  }

  /** It is no fault of the milter, so its default action says nothing about it. */
  @Test
  void takesNoMoreEditsThanThereIsMemoryFor() throws IOException {
    try (ScriptedMilter milter =
            ScriptedMilter.builder()
                .on("EOM", "REPEAT 9000 ADDHEADER X-Added|value", "ACCEPT")
                .start();
        TestServer server =
            TestServer.builder()
                .limits(ONE_MIB)
                .milter(
                    MilterClient.builder("m1", milter.address())
                        .onFailure(FailurePolicy.ACCEPT)
                        .build())
                .start();
        RawSmtpClient client = server.client()) {
      client.play(MESSAGE + "S: " + USED_UP);

      assertThat(server.nextHop().mails()).isEmpty();
      awaitNothingInUse(server);
    }
  }

  /** How a message may end. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "C: .\nS: 250 2.0.0 Ok: queued as ...\n",
        "C: no field\nC: .\nS: 250 2.0.0 Ok: queued as ...\n",
        "C= bare\\n\\r\\n.\\r\\n\nS: 550 5.5.2 ...\n",
        "C: .\nC: QUIT\nS: 250 2.0.0 Ok: queued as ...\nS: 221 2.0.0 Bye\n",
        "S! finish",
        "S! reset",
      })
  void memoryComesBackHoweverAMessageEnds(String end) throws IOException {
    try (TestServer server = TestServer.builder().limits(ONE_MIB).start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE).send(header(200_000));
      awaitInUse(server, 150_000);
      switch (end) {
        case "S! finish" -> client.finishSending().readToEnd();
        case "S! reset" -> client.reset();
        default -> client.play(end);
      }

      awaitNothingInUse(server);
    }
  }

  @Test
  void memoryOfAHeaderThatIsRefusedComesBackWhileTheRestIsRead() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(ONE_MIB.andThen(l -> l.set(LimitsConfig.HEADER_SIZE, 300_000)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE).send(header(250_000));
      awaitInUse(server, 200_000);

      client.send(header(100_000));

      awaitNothingInUse(server);
      client.send("\r\n.\r\n").play("S: 552 5.3.4 Error: message header too big");
    }
  }

  private static void awaitInUse(TestServer server, long bytes) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.server().memoryInUse() >= bytes);
  }

  private static void awaitNothingInUse(TestServer server) {
    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> server.server().memoryInUse() == 0);
  }
}
