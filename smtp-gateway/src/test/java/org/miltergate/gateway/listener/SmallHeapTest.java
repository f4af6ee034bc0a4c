package org.miltergate.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;
import org.miltergate.gateway.Gateway;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.server.Answer;
import org.miltergate.milter.server.EditSink;
import org.miltergate.milter.server.MilterHandler;
import org.miltergate.milter.server.MilterServer;
import org.miltergate.milter.wire.Actions.Action;

/**
 * A gateway with a heap of 256 MiB, fifty clients that take all they can get of it, and another
 * whose mail passes anyway.
 *
 * <p>It takes well below a second on an idle machine; the limit here is for a busy one.
 */
@Tag("slow")
@Timeout(240)
class SmallHeapTest {
  private static final int GREEDY = 50;
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Pattern LISTENING = Pattern.compile("listening on 127\\.0\\.0\\.1:(\\d+)");
  private static final String GOOD =
      BEGIN_MESSAGE.replace("a@", "good@") + "C: Subject: x\nC:\nC: body\nC: .\nS: 250 2.0.0 ...";

  @TempDir Path directory;
  private MilterServer milter;
  private Process gateway;
  private InetSocketAddress smtp;

  /** The gateway, until its process is ended. */
  static final class Program {
    private Program() {}

    public static void main(String[] arguments) throws Exception {
      ConfigResult read = ConfigReader.withSystemEnvironment().read(Path.of(arguments[0]));
      if (!(read instanceof ConfigResult.Valid valid)) {
        throw new IllegalArgumentException(read.toString());
      }
      try (Gateway gateway = Gateway.start(valid.config())) {
        System.out.println("listening on 127.0.0.1:" + gateway.addresses().getFirst().getPort());
        new CountDownLatch(1).await();
      }
    }
  }

  /** Makes as many edits as it may of a message whose sender is greedy. */
  private static final class Editor implements MilterHandler {
    private boolean greedy;

    @Override
    public Answer mail(Bytes sender, List<Bytes> arguments) {
      greedy = sender.toString().startsWith("<greedy@");
      return Answer.CONTINUE;
    }

    @Override
    public Answer endOfMessage(EditSink edits) throws IOException {
      for (int i = 0; greedy && i < 10_000; i++) {
        edits.changeHeader(1 + i, Bytes.ofLatin1("A"), Bytes.ofLatin1("y".repeat(100)));
      }
      return Answer.CONTINUE;
    }
  }

  @BeforeEach
  void start() throws IOException {
    milter =
        MilterServer.builder("editor", context -> new Editor())
            .actions(Action.CHANGE_HEADERS)
            .start();
    Path config = directory.resolve("config.yaml");
    Files.writeString(
        config,
        """
        listeners: [{address: "127.0.0.1:0"}]
        chain:
          - name: editor
            address: %s
        next-hop: maildir:%s/mail
        spool-directory: %s/spool
        quarantine: {directory: %s/quarantine}
        client-names: {lookup: false}
        limits: {sessions-per-client: 200, header-fields: 1000000}
        """
            .formatted(milter.address(), directory, directory, directory));
    Path output = directory.resolve("output");
    gateway =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                System.getProperty("java.class.path"),
                Program.class.getName(),
                config.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
    Awaitility.await()
        .atMost(PATIENCE)
        .until(() -> !gateway.isAlive() || LISTENING.matcher(Files.readString(output)).find());
    Matcher listening = LISTENING.matcher(Files.readString(output));
    assertThat(listening.find()).as(Files.readString(output)).isTrue();
    smtp = new InetSocketAddress("127.0.0.1", Integer.parseInt(listening.group(1)));
  }

  @AfterEach
  void stop() throws Exception {
    gateway.destroy();
    if (!gateway.waitFor(40, TimeUnit.SECONDS)) {
      gateway.destroyForcibly();
    }
    milter.close();
  }

  private interface Greed {
    void take(RawSmtpClient client) throws IOException;
  }

  @Test
  void manyFieldsLeaveRoomForAnotherClient() throws Exception {
    String fields = "a:\r\n".repeat(262_000);
    besides(client -> client.play(BEGIN_MESSAGE).send(fields));
  }

  @Test
  void longFieldsLeaveRoomForAnotherClient() throws Exception {
    String fields = ("A: " + "y".repeat(60_000) + "\r\n").repeat(17);
    besides(client -> client.play(BEGIN_MESSAGE).send(fields));
  }

  @Test
  void recipientsLeaveRoomForAnotherClient() throws Exception {
    String argument = " ORCPT=rfc822;" + "y".repeat(470) + "@z.test";
    besides(client -> {
      client.play("C: MAIL FROM:<greedy@example.org>\nS: 250 2.1.0 Ok");
      String reply = "250";
      for (int i = 0; i < 1000 && reply.startsWith("250"); i += 10) {
        StringBuilder batch = new StringBuilder();
        for (int j = i; j < i + 10; j++) {
          String recipient = "x".repeat(60) + j + "@" + "d".repeat(60) + ".test";
          batch.append("RCPT TO:<").append(recipient).append('>').append(argument).append("\r\n");
        }
        client.send(batch.toString());
        for (int j = 0; j < 10; j++) {
          reply = client.readLine();
        }
      }
    });
  }

  @Test
  void editsLeaveRoomForAnotherClient() throws Exception {
    String fields = "a:\r\n".repeat(1000);
    besides(client -> {
      client.play(BEGIN_MESSAGE.replace("a@", "greedy@")).send(fields + "\r\nbody\r\n.\r\n");
      client.finishSending(); // the gateway is busy with it for long, and says 250 or 452 then
    });
  }

  /** Sends good messages while fifty clients take what they can, and when they have it. */
  private void besides(Greed greed) throws Exception {
    CountDownLatch done = new CountDownLatch(1);
    CountDownLatch taken = new CountDownLatch(GREEDY);
    List<Throwable> failures = new ArrayList<>();
    try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < GREEDY; i++) {
        threads.execute(() -> {
          try (RawSmtpClient client = RawSmtpClient.connect(smtp)) {
            client.readLine();
            greed.take(client);
            taken.countDown();
            done.await();
          } catch (IOException | InterruptedException | AssertionError e) {
            synchronized (failures) {
              failures.add(e);
            }
            taken.countDown();
          }
        });
      }
      try {
        sendGood();
        assertThat(taken.await(120, TimeUnit.SECONDS)).isTrue();
        sendGood();
      } finally {
        done.countDown();
      }
    }
    sendGood();
    assertThat(gateway.isAlive()).isTrue();
    assertThat(failures).isEmpty();
    assertThat(Files.readString(directory.resolve("output"))).doesNotContain("OutOfMemoryError");
  }

  private void sendGood() throws IOException {
    long start = System.nanoTime();
    try (RawSmtpClient client = RawSmtpClient.connect(smtp)) {
      client.readLine();
      client.play(GOOD);
    } catch (AssertionError e) {
      throw new AssertionError(Files.readString(directory.resolve("output")), e);
    }
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    assertThat(took).isLessThan(PATIENCE);
  }
}
