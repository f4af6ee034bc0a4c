package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.Sockets;
import org.miltergate.milter.wire.Actions.Action;
import org.miltergate.milter.wire.Command;
import org.miltergate.net.Endpoint;
import org.miltergate.net.HostLookup;
import org.miltergate.net.SocketDialer;
import org.miltergate.net.Watchdog;

/** A milter is checked without an SMTP session. */
class ProbeTest {
  @Test
  void saysWhatWasAgreedOnAndCloses() throws Exception {
    try (ScriptedMilter milter =
        ScriptedMilter.builder().version(6).actions(Action.ADD_HEADERS).start()) {
      Negotiated agreed = MilterClient.builder("m", milter.address()).build().probe();

      assertThat(agreed.version()).isEqualTo(6);
      assertThat(agreed.actions().has(Action.ADD_HEADERS)).isTrue();
      assertThat(milter.awaitFinished(Duration.ofSeconds(20))).isTrue();
      assertThat(milter.transcript()).contains("> QUIT");
    }
  }

  @Test
  void saysThatNobodyIsThere() throws Exception {
    MilterClient nobody = MilterClient.builder("m", Sockets.nobody()).build();

    assertThatThrownBy(nobody::probe).isInstanceOf(MilterConnectException.class);
  }

  @Test
  void milterThatIsSilentIsLate() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().on("OPTNEG", "STALL").start()) {
      MilterClient silent =
          MilterClient.builder("m", milter.address())
              .commandTimeout(Duration.ofMillis(200))
              .build();

      assertThatThrownBy(silent::probe).isInstanceOf(MilterTimeoutException.class);
    }
  }

  @Test
  void watchdogAndLookUpCanBeTheEmbeddersOwn() throws Exception {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        Watchdog watchdog = new Watchdog("own-watchdog");
        HostLookup lookup =
            new HostLookup(host -> {
              assertThat(host).isEqualTo("milter.example");
              return new InetAddress[] {InetAddress.getLoopbackAddress()};
            })) {
      int port = ((Endpoint.Inet) milter.address()).port();
      MilterClient client =
          MilterClient.builder("m", new Endpoint.Inet("milter.example", port))
              .dialer(new SocketDialer(watchdog, lookup))
              .watchdog(watchdog)
              .build();

      try (MilterSession session = client.open()) {
        assertThat(session.negotiated().version()).isEqualTo(6);
        assertThat(watchdog.size()).isEqualTo(1);
        watchdog.close(); // and with it what it watched
        Command connect = new Command.Connect(Bytes.ofLatin1("client.test"), Letters.CLIENT);
        assertThatThrownBy(() -> session.send(connect, new Macros()))
            .isInstanceOf(MilterException.class);
      }
      lookup.close();
      assertThatThrownBy(client::probe)
          .isInstanceOf(MilterConnectException.class)
          .hasMessageContaining("the lookup of host names is closed");
    }
  }
}
