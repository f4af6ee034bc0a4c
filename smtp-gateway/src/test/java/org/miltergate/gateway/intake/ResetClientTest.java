package org.miltergate.gateway.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.delivery.SmtpNextHop;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.smtp.Reaction;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.milter.test.smtp.SinkEvent;

/** A client that resets its connection while its message is under way will send it again. */
class ResetClientTest {
  private static final String ENVELOPE =
      """
      C: EHLO client.test
      S+ 250
      C: MAIL FROM:<a@example.org>
      S: 250 2.1.0 Ok
      C: RCPT TO:<b@example.net>
      S: 250 2.1.5 Ok
      """;
  private static final String BY_DATA = "C: DATA\nS: 354 ...\nC: Subject: x\nC:\nC: hello\nC: .\n";
  private static final String BY_BDAT = "C= BDAT 12\\r\\nSubject: x\\r\\nBDAT 2 LAST\\r\\n\\r\\n\n";

  @TempDir Path spool;
  private ScriptedSmtpSink sink;
  private SmtpNextHop hop;
  private final AtomicReference<RawSmtpClient> client = new AtomicReference<>();

  @BeforeEach
  void start() throws Exception {
    sink = ScriptedSmtpSink.start();
    hop =
        SmtpNextHop.open(
            NextHopConfig.Smtp.of(new HostPort("127.0.0.1", sink.port())), "gw.test", spool);
  }

  @AfterEach
  void stop() throws Exception {
    hop.close();
    sink.close();
  }

  /** Has the next hop wait until the client has done that. */
  private void beforeTheContent(Act act) {
    sink.on(
        SinkEvent.DATA,
        call -> {
          try {
            act.on(Optional.ofNullable(client.get()).orElseThrow());
          } catch (Exception e) {
            throw new IllegalStateException(e);
          }
          return Reaction.pause(Duration.ofMillis(100)).then(Reaction.reply("354 go"));
        });
  }

  private interface Act {
    void on(RawSmtpClient client) throws Exception;
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({"DATA, ''", "BDAT, ''", "DATA, 'QUIT\r\n'", "BDAT, 'NOOP\r\nQUIT\r\n'"})
  void messageOfAClientThatResetIsNotDelivered(String verb, String pipelined) throws Exception {
    beforeTheContent(gone -> {
      gone.send(pipelined);
      gone.reset();
    });
    try (TestServer server = TestServer.builder().nextHop(hop).start();
        RawSmtpClient began = server.client()) {
      client.set(began);
      began.play(ENVELOPE + (verb.equals("DATA") ? BY_DATA : BY_BDAT));

      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> server.log().stream().anyMatch(line -> line.contains("disconnect from")));

      assertThat(sink.messages()).isEmpty();
      assertThat(server.log())
          .anyMatch(line -> line.contains("status=deferred (the client has disconnected"));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "NOOP\r\nQUIT\r\n"})
  void clientThatClosedItsSideGetsItsReply(String pipelined) throws Exception {
    beforeTheContent(half -> half.send(pipelined).finishSending());
    try (TestServer server = TestServer.builder().nextHop(hop).start();
        RawSmtpClient half = server.client()) {
      client.set(half);
      half.play(ENVELOPE + BY_DATA + "S: 250 2.0.0 Ok: queued as ...\n");
      half.play(pipelined.isEmpty() ? "S! closed" : "S: 250 2.0.0 Ok\nS: 221 2.0.0 Bye\nS! closed");

      assertThat(sink.messages()).hasSize(1);
    }
  }

  @Test
  void sessionGoesOnAfterTheLook() throws Exception {
    try (TestServer server = TestServer.builder().nextHop(hop).start();
        RawSmtpClient calm = server.client()) {
      calm.play(ENVELOPE);
      calm.play(BY_DATA + "S: 250 2.0.0 Ok: queued as ...\nC: RSET\nS: 250 2.0.0 Ok\n" + ENVELOPE);
      calm.play(BY_BDAT + "S: 250 2.0.0 Ok: 12 bytes\nS: 250 2.0.0 Ok: queued as ...\n");
      calm.play("C: QUIT\nS: 221 2.0.0 Bye\n");

      assertThat(sink.messages()).hasSize(2);
    }
  }

  @Test
  void nothingStaysInTheSpool() throws Exception {
    beforeTheContent(RawSmtpClient::reset);
    Path bodies = Files.createDirectory(spool.resolve("bodies"));
    try (TestServer server = TestServer.builder().nextHop(hop).bodiesIn(bodies).start();
        RawSmtpClient gone = server.client()) {
      client.set(gone);
      gone.play(ENVELOPE + BY_DATA);

      await().atMost(Duration.ofSeconds(20)).until(() -> server.openSessions() == 0);
      assertThat(bodies).isEmptyDirectory();
    }
  }
}
