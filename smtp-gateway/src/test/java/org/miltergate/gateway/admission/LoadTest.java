package org.miltergate.gateway.admission;

import static org.assertj.core.api.Assertions.assertThat;
import static org.miltergate.gateway.testkit.Transcripts.BEGIN_MESSAGE;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.LoadConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.gateway.smtp.io.Pace;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.net.Deadline;

/** Nobody takes all sessions from the others. */
class LoadTest {
  private static TestServer.Builder of(int sessions, UnaryOperator<LoadConfig> load) {
    return TestServer.builder()
        .limits(l -> l.set(LimitsConfig.SESSIONS, sessions))
        .config(c -> c.set(GatewayConfig.LOAD, load.apply(LoadConfig.DEFAULT)));
  }

  /** Strangers come through a proxy, by an address of their own. */
  private static TestServer.Builder withStrangers(TestServer.Builder builder) {
    return builder.listener(
        l -> l.set(ListenerConfig.PROXY_PROTOCOL, List.of(Cidr.parse("127.0.0.0/8"))));
  }

  private static RawSmtpClient client(TestServer server, String address) throws IOException {
    return server.connect().play("C: PROXY TCP4 " + address + " 192.0.2.1 4711 25");
  }

  @Test
  void reserveIsForTrustedClients() throws IOException {
    try (TestServer server =
            withStrangers(of(4, l -> l.with(LoadConfig.RESERVED_SESSIONS, 2))).start();
        RawSmtpClient first = client(server, "198.51.100.1");
        RawSmtpClient second = client(server, "198.51.100.2")) {
      first.play("S: 220 ...");
      second.play("S: 220 ...");
      try (RawSmtpClient third = client(server, "198.51.100.3")) {
        third.play("S: 421 4.3.2 gw.test All server ports are busy\nS! closed");
      }
      try (RawSmtpClient trusted = client(server, "127.0.0.2");
          RawSmtpClient another = client(server, "127.0.0.3")) {
        trusted.play("S: 220 ...");
        another.play("S: 220 ...");
        try (RawSmtpClient tooMany = server.connect()) {
          tooMany.play("S: 421 4.3.2 gw.test All server ports are busy\nS! closed");
        }
      }
    }
  }

  @Test
  void listenerHasAShare() {
    ListenerConfig mx =
        ListenerConfig.of(HostPort.parse("127.0.0.1:25")).with(ListenerConfig.SESSIONS, 3);
    ListenerConfig submission = ListenerConfig.of(HostPort.parse("127.0.0.1:587"));
    ConnectionCounts counts =
        new ConnectionCounts(
            GatewayConfig.DEFAULT.with(c ->
                c.set(GatewayConfig.LISTENERS, List.of(mx, submission))
                    .set(GatewayConfig.LIMITS, LimitsConfig.DEFAULT.with(LimitsConfig.SESSIONS, 10))
                    .set(
                        GatewayConfig.LOAD,
                        LoadConfig.DEFAULT.with(LoadConfig.RESERVED_SESSIONS, 1))));

    for (int i = 0; i < 3; i++) {
      assertThat(counts.enter(mx, false)).isTrue();
    }
    assertThat(counts.enter(mx, false)).as("above its share").isFalse();
    assertThat(counts.enter(mx, true)).as("a trusted client").isTrue();
    for (int i = 0; i < 5; i++) {
      assertThat(counts.enter(submission, false)).isTrue();
    }
    assertThat(counts.enter(submission, false)).as("the reserve").isFalse();
    assertThat(counts.enter(submission, true)).isTrue();
    assertThat(counts.enter(submission, true)).as("all").isFalse();
    counts.leave(mx);
    assertThat(counts.inAll()).isEqualTo(9);
    assertThat(counts.isUnderStress()).isTrue();
  }

  @Test
  void strangersHaveLessTimeUnderStress() throws IOException {
    TestServer.Builder builder =
        withStrangers(
            of(
                10,
                l ->
                    l.with(LoadConfig.STRESS_SESSIONS, 2)
                        .with(LoadConfig.STRESS_TIMEOUT, Duration.ofMillis(300))));
    try (TestServer server = builder.start();
        RawSmtpClient first = client(server, "198.51.100.1");
        RawSmtpClient trusted = client(server, "127.0.0.2");
        RawSmtpClient stranger = client(server, "198.51.100.3")) {
      first.play("S: 220 ...");
      trusted.play("S: 220 ...");
      stranger.play("S: 220 ...\nS: 421 4.4.2 gw.test Error: timeout exceeded\nS! closed");
      trusted.play("C: NOOP\nS: 250 2.0.0 Ok\nC: FOO\nS: 500 ...\nC: NOOP\nS: 250 2.0.0 Ok");
    }
  }

  @Test
  void strangersMayErrLessUnderStress() throws IOException {
    try (TestServer server =
            withStrangers(of(10, l -> l.with(LoadConfig.STRESS_SESSIONS, 2))).start();
        RawSmtpClient first = client(server, "198.51.100.1");
        RawSmtpClient second = client(server, "198.51.100.2")) {
      first.play("S: 220 ...");
      second.play(
          """
          S: 220 ...
          C: FOO
          S: 500 ...
          S: 421 4.7.0 gw.test Error: too many errors
          S! closed
          """);
    }
  }

  @Test
  void messageThatDripsComesToAnEnd() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(600)))
                .config(c ->
                    c.set(
                        GatewayConfig.LOAD,
                        LoadConfig.DEFAULT.with(LoadConfig.MIN_DATA_RATE, 100_000)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(BEGIN_MESSAGE);
      client.play("C~ Subject: x\nS: 421 4.4.2 gw.test Error: timeout exceeded\nS! closed");
    }
  }

  @Test
  void chunkThatDripsComesToAnEnd() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .limits(l -> l.set(LimitsConfig.DATA_TIMEOUT, Duration.ofMillis(600)))
                .config(c ->
                    c.set(
                        GatewayConfig.LOAD,
                        LoadConfig.DEFAULT.with(LoadConfig.MIN_DATA_RATE, 100_000)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C= BDAT 1000000\\r\\n
          C~ Subject: x
          S: 421 4.4.2 gw.test Error: timeout exceeded
          S! closed
          """);
    }
  }

  @Test
  void paceEarnsASecondForItsBytesAndNoMoreThanAPause() {
    Pace pace = new Pace(Duration.ofSeconds(100), 500, Deadline.in(Duration.ofHours(1)));
    pace.took(1);
    assertThat(pace.deadline().left()).isBetween(Duration.ofSeconds(95), Duration.ofSeconds(100));
    pace.took(1_000_000);
    assertThat(pace.deadline().left()).isLessThanOrEqualTo(Duration.ofSeconds(100));

    Pace brief = new Pace(Duration.ofSeconds(100), 500, Deadline.in(Duration.ofSeconds(5)));
    brief.took(1_000_000);
    assertThat(brief.deadline().left()).isLessThanOrEqualTo(Duration.ofSeconds(5));
  }
}
