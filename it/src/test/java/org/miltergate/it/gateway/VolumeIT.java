package org.miltergate.it.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.setting.Changes;
import org.miltergate.it.smtp.Mail;
import org.miltergate.it.smtp.SmtpAnswer;
import org.miltergate.it.smtp.SmtpDialogue;
import org.miltergate.milter.test.Conversation;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.smtp.SinkMessage;
import org.miltergate.milter.wire.Command;
import org.miltergate.net.Watchdog;
import org.miltergate.peers.TestMails;
import org.miltergate.peers.milters.CompiledFilter;
import org.miltergate.peers.milters.RealMilter;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/**
 * Large messages, many recipients, many sessions, and clients that give up anywhere; nothing is
 * left over when they have gone.
 */
@ExtendWith(LabExtension.class)
class VolumeIT {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Consumer<Changes<GatewayConfig>> WIDE =
      config ->
          config.set(
              GatewayConfig.LIMITS,
              LimitsConfig.DEFAULT.with(limits ->
                  limits
                      .set(LimitsConfig.MESSAGE_SIZE, 64L << 20)
                      .set(LimitsConfig.SESSIONS_PER_CLIENT, 200)));

  private final List<GatewayUnderTest> started = new ArrayList<>();
  private int watches;

  @BeforeEach
  void countWatches() {
    watches = Watchdog.shared().size();
  }

  @AfterEach
  void noWatchIsLeftOver() {
    started.forEach(GatewayUnderTest::close);
    Awaitility.await().atMost(AMPLE).until(() -> Watchdog.shared().size() <= watches);
  }

  @ParameterizedTest(name = "{0} MiB")
  @ValueSource(ints = {3, 30})
  void largeMessagesArriveByteForByte(int size, Lab lab) throws Exception {
    GatewayUnderTest gateway = wide(lab, filter(lab, "addheader=X-A:1"));
    byte[] message = noise(size << 20);

    SinkMessage passed = gateway.pass(message);

    String expected = Contents.text(message).replace("Subject: x\r\n", "Subject: x\r\nX-A: 1\r\n");
    assertThat(Contents.withoutReceived(passed).equals(expected)).isTrue();
  }

  /** Random lines, some of which begin with a dot; the seed is fixed. */
  private static byte[] noise(int length) {
    StringBuilder text = new StringBuilder("From: <alice@client.test>\nSubject: x\n\n");
    Random random = new Random(7);
    while (text.length() < length) {
      text.append(random.nextInt(20) == 0 ? "." : "");
      for (int i = random.nextInt(200); i > 0; i--) {
        text.append((char) (' ' + random.nextInt(224)));
      }
      text.append('\n');
    }
    return TestMails.crlf(text.toString());
  }

  @Test
  void recipientsOfSeveralTransactionsAllGetTheMessage(Lab lab) throws Exception {
    GatewayUnderTest gateway = wide(lab, filter(lab, "delrcpt=<r7@remote.test>"));
    List<String> recipients =
        IntStream.rangeClosed(1, 120).mapToObj(i -> "r" + i + "@remote.test").toList();

    try (SmtpDialogue smtp = gateway.connect()) {
      assertThat(smtp.deliver(TestMails.SENDER, recipients, TestMails.ham()).code()).isEqualTo(250);
    }

    List<String> reached = new ArrayList<>();
    for (SinkMessage message : gateway.sink().awaitMessages(3)) {
      reached.addAll(Mail.of(message).recipients());
    }
    List<String> expected = new ArrayList<>(recipients.stream().map(r -> "<" + r + ">").toList());
    expected.remove("<r7@remote.test>");
    // Each once; which of the transactions ends first is nobody's concern.
    assertThat(reached).containsExactlyInAnyOrderElementsOf(expected);
  }

  private static final List<String> STEPS =
      List.of(
          "EHLO client.test",
          "MAIL FROM:<alice@client.test>",
          "RCPT TO:<bob@remote.test>",
          "RCPT TO:<carol@remote.test>",
          "DATA");

  @Test
  void resetAnywhereLeavesTheSessionUsable(Lab lab) throws Exception {
    GatewayUnderTest gateway = wide(lab, filter(lab, "addheader=X-A:1"));

    try (SmtpDialogue smtp = gateway.connect()) {
      for (int steps = 0; steps < STEPS.size(); steps++) {
        STEPS.subList(0, steps).forEach(step -> assertThat(send(smtp, step).code()).isEqualTo(250));
        assertThat(smtp.send("RSET").code()).isEqualTo(250);
        assertThat(deliver(smtp).code()).isEqualTo(250);
      }
    }

    assertThat(gateway.sink().awaitMessages(STEPS.size()))
        .allSatisfy(message ->
            assertThat(Mail.of(message).values("X-A")).as("one field").containsExactly("1"));
  }

  @Test
  void disconnectAnywhereEndsTheDialogueWithTheMilterProperly(Lab lab) throws Exception {
    RealMilter filter = filter(lab, "addheader=X-A:1");
    ScriptedMilter witness = lab.add(ScriptedMilter.builder().start());
    GatewayUnderTest gateway = wide(lab, filter.address(), witness.address().toString());

    for (int steps = 0; steps <= STEPS.size(); steps++) {
      try (SmtpDialogue smtp = gateway.connect()) {
        STEPS.subList(0, steps).forEach(step -> send(smtp, step));
        if (steps == STEPS.size()) {
          smtp.sendRaw(TestMails.crlf("Subject: half of it\n\nand then"));
        }
      }
    }
    SinkMessage whole = gateway.pass(TestMails.ham());

    assertThat(Mail.of(whole).values("X-A")).containsExactly("1");
    assertThat(gateway.sink().messages()).hasSize(1);
    Awaitility.await()
        .atMost(AMPLE)
        .until(() ->
            witness.connections().size() == STEPS.size() + 2
                && witness.connections().stream().allMatch(Conversation::isOver));
    assertThat(witness.connections())
        .allSatisfy(talk -> assertThat(talk.commands().getLast()).isInstanceOf(Command.Quit.class));
  }

  @Test
  void sessionsAtOnceEachGetTheirAnswer(Lab lab) throws Exception {
    GatewayUnderTest gateway = wide(lab, filter(lab, "addheader=X-A:1", "sleep=eom:50"));
    deliver(gateway, 0);
    long files = openFiles();
    int count = 40;

    List<Callable<SmtpAnswer>> clients = new ArrayList<>();
    for (int i = 1; i <= count; i++) {
      int number = i;
      clients.add(() -> deliver(gateway, number));
    }
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (Future<SmtpAnswer> answer : threads.invokeAll(clients)) {
        assertThat(answer.get().code()).isEqualTo(250);
      }
    }

    assertThat(gateway.sink().awaitMessages(count + 1).stream().map(m -> Mail.of(m).sender()))
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(0, count).mapToObj(i -> "<a" + i + "@client.test>").toList());
    // Eight connections to the next hop stay, each with two ends in this process.
    Awaitility.await().atMost(AMPLE).until(() -> openFiles() <= files + 16);
  }

  @Test
  void nothingIsLeftOpenWhenTheGatewayHasGone(Lab lab) throws Exception {
    RealMilter filter = filter(lab, "addheader=X-A:1");
    try (GatewayUnderTest warm = wide(lab, filter)) {
      warm.pass(TestMails.ham());
      warm.sink().close();
    }
    long files = openFiles();
    long threads = platformThreads();

    for (int i = 0; i < 5; i++) {
      try (GatewayUnderTest gateway = wide(lab, filter)) {
        gateway.pass(noise(1 << 20));
        gateway.sink().close();
      }
    }

    Awaitility.await().atMost(AMPLE).until(() -> openFiles() <= files);
    assertThat(platformThreads()).isLessThanOrEqualTo(threads + 4); // carriers of virtual threads
  }

  private static SmtpAnswer deliver(GatewayUnderTest gateway, int number) throws Exception {
    try (SmtpDialogue smtp = gateway.connect()) {
      SmtpAnswer answer =
          smtp.deliver(
              "a" + number + "@client.test", List.of(TestMails.RECIPIENT), TestMails.ham());
      smtp.send("QUIT");
      return answer;
    }
  }

  private static SmtpAnswer deliver(SmtpDialogue smtp) throws Exception {
    return smtp.deliver(TestMails.SENDER, List.of(TestMails.RECIPIENT), TestMails.ham());
  }

  private static SmtpAnswer send(SmtpDialogue smtp, String command) {
    try {
      return smtp.send(command);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static RealMilter filter(Lab lab, String... words) throws Exception {
    return lab.start(folder -> CompiledFilter.start(folder, words));
  }

  private GatewayUnderTest wide(Lab lab, RealMilter filter) throws Exception {
    return wide(lab, filter.address());
  }

  private GatewayUnderTest wide(Lab lab, String... milters) throws Exception {
    List<MilterConfig> chain = new ArrayList<>();
    for (String milter : milters) {
      chain.add(GatewayUnderTest.milter("m" + (chain.size() + 1), milter));
    }
    GatewayUnderTest gateway = GatewayUnderTest.start(lab, chain, WIDE);
    started.add(gateway);
    return gateway;
  }

  private static long openFiles() {
    String[] names = new File("/proc/self/fd").list();
    return names == null ? 0 : names.length;
  }

  private static long platformThreads() {
    return Thread.getAllStackTraces().size();
  }
}
