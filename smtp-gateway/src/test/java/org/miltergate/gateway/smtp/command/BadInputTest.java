package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.setting.Changes;
import org.miltergate.gateway.testkit.BadInput;
import org.miltergate.gateway.testkit.Leftovers;
import org.miltergate.gateway.testkit.Logins;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.RecordingNextHop;
import org.miltergate.gateway.testkit.TestServer;

/**
 * Every kind of bad input, each in a transcript of its own ({@code bad-input.txt}): it ends in a
 * reply with a name, before its deadline, and leaves no thread, descriptor or session behind.
 */
@Tag("slow")
class BadInputTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Map<String, TestServer> SERVERS = new LinkedHashMap<>();
  private static Leftovers leftovers;

  @BeforeAll
  static void startServers() throws IOException {
    SERVERS.put("usual", TestServer.start());
    SERVERS.put(
        "normalizing",
        TestServer.builder()
            .config(all -> all.set(GatewayConfig.BARE_NEWLINES, BareNewlines.NORMALIZE))
            .start());
    SERVERS.put(
        "small",
        TestServer.builder()
            .limits(limits ->
                limits
                    .set(LimitsConfig.MESSAGE_SIZE, 4096L)
                    .set(LimitsConfig.HEADER_SIZE, 1024)
                    .set(LimitsConfig.LINE_LENGTH, 512)
                    .set(LimitsConfig.RECIPIENTS, 2)
                    .set(LimitsConfig.HARD_ERRORS, 5))
            .start());
    SERVERS.put(
        "hasty",
        TestServer.builder()
            .users(Logins.USERS)
            .limits(limits ->
                limits
                    .set(LimitsConfig.COMMAND_TIMEOUT, Duration.ofMillis(250))
                    .set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(100))
                    .set(LimitsConfig.REPLY_TIMEOUT, Duration.ofMillis(250))
                    .set(LimitsConfig.HARD_ERRORS, 1_000_000))
            .start());
    for (TestServer server : SERVERS.values()) {
      server.client().close(); // what is opened once stays open
      awaitNoSession(server);
    }
    SERVERS.put("proxied", proxied());
    SERVERS.put(
        "speaking", TestServer.builder().users(Logins.USERS).config(BadInputTest::xclient).start());
    leftovers = Leftovers.before();
  }

  /** Every client there has to begin with a PROXY header. */
  private static TestServer proxied() throws IOException {
    ListenerConfig listener =
        ListenerConfig.of(HostPort.parse("127.0.0.1:0"))
            .with(ListenerConfig.PROXY_PROTOCOL, List.of(Cidr.parse("127.0.0.0/8")));
    return TestServer.builder()
        .config(all -> all.set(GatewayConfig.LISTENERS, List.of(listener)))
        .start();
  }

  /** Every client there may log in, and say whom it speaks for. */
  private static void xclient(Changes<GatewayConfig> all) {
    List<Cidr> everybody = List.of(Cidr.parse("0.0.0.0/0"));
    all.set(
        GatewayConfig.POLICY,
        PolicyConfig.DEFAULT
            .with(PolicyConfig.XCLIENT_NETWORKS, everybody)
            .with(PolicyConfig.XFORWARD_NETWORKS, everybody));
  }

  @AfterAll
  static void stopServers() throws IOException {
    try {
      leftovers.awaitNoThread();
    } finally {
      for (TestServer server : SERVERS.values()) {
        server.close();
      }
    }
  }

  static List<BadInput> inputs() throws IOException {
    return BadInput.all();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("inputs")
  void endsInANamedReplyAndLeavesNothing(BadInput input) throws IOException {
    TestServer server = server(input.server());
    for (String transcript : input.transcripts()) {
      int mails = server.nextHop().mails().size();
      int lines = server.log().size();

      try (RawSmtpClient client = server.connect()) {
        client.play(transcript);
      }

      awaitNoSession(server);
      List<RecordingNextHop.Mail> all = server.nextHop().mails();
      assertThat(all.subList(mails, all.size()).stream().map(RecordingNextHop.Mail::sender))
          .as(transcript)
          .containsExactlyElementsOf(input.mails());
      List<String> log = server.log().subList(lines, server.log().size());
      assertThat(log).noneMatch(line -> line.startsWith("error: "));
      input
          .log()
          .forEach(
              wanted -> assertThat(log).as(transcript).anyMatch(line -> line.contains(wanted)));
    }
    leftovers.awaitNoDescriptor();
  }

  @Test
  void aClientThatNeverReadsIsLeft() throws Exception {
    TestServer server = server("hasty");
    try (RawSmtpClient client = RawSmtpClient.connectNarrow(server.address())) {
      Thread talking = Thread.startVirtualThread(() -> talkWithoutReading(client));

      Awaitility.await()
          .atMost(AMPLE)
          .until(
              () -> server.log().stream().anyMatch(line -> line.startsWith("timeout after EHLO")));
      talking.join();
    }
    awaitNoSession(server);
    leftovers.awaitNoDescriptor();
  }

  private static void talkWithoutReading(RawSmtpClient client) {
    try {
      while (true) {
        client.send("EHLO client.test\r\n".repeat(1000));
      }
    } catch (IOException e) {
      return; // the server has hung up
    }
  }

  private static TestServer server(String name) {
    return Objects.requireNonNull(SERVERS.get(name), name);
  }

  private static void awaitNoSession(TestServer server) {
    Awaitility.await()
        .atMost(AMPLE)
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .until(() -> server.openSessions() == 0);
  }
}
