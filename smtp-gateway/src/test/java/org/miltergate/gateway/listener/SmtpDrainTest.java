package org.miltergate.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.milter.test.ScriptedMilter;

public class SmtpDrainTest {
  @Test
  void tellsWaitingClientsAtOnceAndEndsAtOnce() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient idle = server.client();
        RawSmtpClient inMail = server.client()) {
      inMail.play("C: MAIL FROM:<a@example.org>\nS: 250 2.1.0 Ok");

      boolean drained = server.server().drain(Duration.ofSeconds(10));

      assertThat(drained).isTrue();
      idle.play("S: 421 4.3.2 gw.test Service shutting down\nS! closed");
      inMail.play("S: 421 4.3.2 gw.test Service shutting down\nS! closed");
    }
  }

  @Test
  void refusesNewConnections() throws IOException {
    // Another process may get the port as soon as it is free: then the next server has to do.
    boolean refused = false;
    for (int servers = 0; servers < 3 && !refused; servers++) {
      try (TestServer server = TestServer.start()) {
        InetSocketAddress address = server.address();
        server.server().drain(Duration.ofSeconds(1));
        refused = isRefused(address);
      }
    }
    assertThat(refused).isTrue();
  }

  private static boolean isRefused(InetSocketAddress address) throws IOException {
    try (RawSmtpClient client = RawSmtpClient.connect(address)) {
      return false;
    } catch (ConnectException e) {
      return true;
    }
  }

  @Test
  void letsAMessageThatIsOnItsWayInFinish() throws Exception {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE + "C: first half");

      CompletableFuture<Boolean> draining = drain(server, Duration.ofSeconds(20));
      awaitNotListening(server);
      client.play(
          """
          C: second half
          C: .
          C: NOOP
          S: 250 2.0.0 Ok: queued as ...
          S: 421 4.3.2 gw.test Service shutting down
          S! closed
          """);

      assertThat(draining.get(20, TimeUnit.SECONDS)).isTrue();
      assertThat(server.nextHop().onlyMail().content())
          .isEqualTo("\r\nfirst half\r\nsecond half\r\n");
    }
  }

  @Test
  void doesNotWaitLongerThanItsLimit() throws Exception {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);

      assertThat(server.server().drain(Duration.ofMillis(100))).isFalse();

      server.close();
      client.expectClosed();
    }
  }

  @Test
  void closeEndsASessionThatWaitsForTheNextHop() throws Exception {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      server.nextHop().waitFor(new CountDownLatch(1));
      client.play(BEGIN_MESSAGE + "C: .");
      assertThat(server.nextHop().asked().await(10, TimeUnit.SECONDS)).isTrue();

      server.close();

      assertThat(server.openSessions()).isZero();
    }
  }

  @Test
  void aClientThatStillWaitsForItsGreetingHearsThatItIsTheLast() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.script("> CONNECT\n< PAUSE 300ms\n< CONTINUE\n");
        TestServer server = TestServer.builder().milter(milter).start();
        RawSmtpClient client = server.connect()) {
      Awaitility.await()
          .atMost(Duration.ofSeconds(10))
          .until(() -> server.log().contains("connect from unknown[127.0.0.1]"));

      CompletableFuture<Boolean> draining = drain(server, Duration.ofSeconds(20));

      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          S: 421 4.3.2 gw.test Service shutting down
          S! closed
          """);
      assertThat(draining.get(20, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void doesNotWaitForTheGreetDelay() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .trustNobody()
                .limits(limits -> limits.set(LimitsConfig.GREET_DELAY, Duration.ofSeconds(30)))
                .start();
        RawSmtpClient client = server.connect()) {
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.openSessions() == 1);

      assertThat(server.server().drain(Duration.ofSeconds(20))).isTrue();

      client.play(
          """
          S: 220 gw.test ESMTP Miltergate
          S: 421 4.3.2 gw.test Service shutting down
          S! closed
          """);
    }
  }

  @Test
  void doesNotWaitForTheHeaderOfAProxy() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .listener(
                    l -> l.set(ListenerConfig.PROXY_PROTOCOL, List.of(Cidr.parse("127.0.0.0/8"))))
                .start();
        RawSmtpClient silent = server.connect();
        RawSmtpClient begun = server.connect()) {
      begun.play("C= PROXY TCP4");
      Awaitility.await().atMost(Duration.ofSeconds(10)).until(() -> server.openSessions() == 2);

      assertThat(server.server().drain(Duration.ofSeconds(4))).isTrue();

      silent.expectClosed();
      begun.play("S: 421 4.3.0 gw.test Server local error\nS! closed");
    }
  }

  private static CompletableFuture<Boolean> drain(TestServer server, Duration limit) {
    return CompletableFuture.supplyAsync(() -> {
      try {
        return server.server().drain(limit);
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    });
  }

  public static void awaitNotListening(TestServer server) {
    InetSocketAddress address = server.address();
    Awaitility.await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> {
          try (RawSmtpClient probe = RawSmtpClient.connect(address)) {
            return false;
          } catch (ConnectException e) {
            return true;
          }
        });
  }
}
