package org.miltergate.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.net.ByteStream;

/** Peers that keep TLS busy without saying anything; they read nothing of what is answered. */
class TlsFloodTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);

  /** A record that holds nothing for the layer above. */
  enum Chatter {
    KEY_UPDATE_TO_BE_ANSWERED,
    KEY_UPDATE,
    WARNING;

    void sendBy(Tls13Client client) throws IOException {
      switch (this) {
        case KEY_UPDATE_TO_BE_ANSWERED -> client.updateKeys(true);
        case KEY_UPDATE -> client.updateKeys(false);
        case WARNING -> client.send(Tls13Client.ALERT, new byte[] {1, 90}); // user_canceled
      }
    }
  }

  /** Our side as the server of a client that sends what it likes. */
  private record Served(TlsConnection ours, Tls13Client client, Loopback plain)
      implements AutoCloseable {
    static Served open() throws Exception {
      Loopback plain = Loopback.open();
      Future<Tls13Client> client =
          Loopback.meanwhile(() -> Tls13Client.on(plain.clientChannel().socket()));
      TlsConnection ours = ServerTls.builder(TestKeys.pair("ec")).open().accept(plain.server());
      return new Served(ours, client.get(20, TimeUnit.SECONDS), plain);
    }

    @Override
    public void close() {
      plain.close();
    }
  }

  /** Our side as the client of a server of the JDK, which can send new keys whenever it likes. */
  private record Calling(TlsConnection ours, SSLEngine server, Loopback plain)
      implements AutoCloseable {
    static Calling open() throws Exception {
      return open(TlsVersion.TLS_1_3);
    }

    static Calling open(TlsVersion version) throws Exception {
      Loopback plain = Loopback.open();
      SSLEngine engine =
          TlsMaterial.open(List.of(TestKeys.pair("ec")), Optional.empty(), Authorities::lenient)
              .current()
              .context()
              .createSSLEngine();
      engine.setUseClientMode(false);
      engine.setEnabledProtocols(new String[] {version.text()});
      Future<?> server =
          Loopback.meanwhile(() -> {
            connection(plain.server(), engine).handshake();
            return null;
          });
      TlsConnection ours =
          ClientTls.builder(ClientTls.Trust.ANY).open().connect(plain.client(), "mx.test", LIMIT);
      server.get(20, TimeUnit.SECONDS);
      return new Calling(ours, engine, plain);
    }

    private static TlsConnection connection(ByteStream plain, SSLEngine engine) {
      return new TlsConnection(
          plain, engine, session -> TlsFacts.of(session, TlsFacts.Peer.ANONYMOUS));
    }

    void sendNewKeys() throws IOException {
      server.beginHandshake();
      ByteBuffer record = ByteBuffer.allocate(server.getSession().getPacketBufferSize());
      server.wrap(NOTHING, record);
      assertThat(record.position()).as("bytes of a record").isPositive();
      plain.server().write(record.flip());
    }

    @Override
    public void close() {
      plain.close();
    }
  }

  /** What a peer does again and again. */
  private interface Act {
    void run() throws IOException;
  }

  private static Future<?> forEver(Act act) {
    return Loopback.meanwhile(() -> {
      while (true) {
        act.run();
      }
    });
  }

  private static void assertEnded(TlsConnection ours, Future<?> flood) {
    assertThatThrownBy(() -> ours.read(ByteBuffer.allocate(100)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining("too many records without content");
    assertThatThrownBy(() -> flood.get(20, TimeUnit.SECONDS))
        .as("the peer sees the end of the connection")
        .isInstanceOf(ExecutionException.class)
        .hasCauseInstanceOf(IOException.class);
  }

  @ParameterizedTest
  @EnumSource
  void aClientThatFloodsLosesItsConnection(Chatter chatter) throws Exception {
    try (Served served = Served.open()) {
      assertEnded(served.ours(), forEver(() -> chatter.sendBy(served.client())));
    }
  }

  /** The JDK takes none: TLS 1.3 allows them, and nobody sends them. */
  @Test
  void anEmptyRecordEndsTheConnection() throws Exception {
    try (Served served = Served.open()) {
      served.client().send(Tls13Client.APPLICATION_DATA, new byte[0]);

      assertThatThrownBy(() -> served.ours().read(ByteBuffer.allocate(100)))
          .isInstanceOf(SSLException.class);
    }
  }

  @Test
  void aServerThatFloodsLosesItsConnection() throws Exception {
    try (Calling calling = Calling.open()) {
      assertEnded(calling.ours(), forEver(calling::sendNewKeys));
    }
  }

  @Test
  void aServerThatRenegotiatesLosesItsConnection() throws Exception {
    try (Calling calling = Calling.open(TlsVersion.TLS_1_2)) {
      calling.sendNewKeys(); // in TLS 1.2 a HelloRequest

      assertThatThrownBy(() -> calling.ours().read(ByteBuffer.allocate(100)))
          .isInstanceOf(SSLException.class)
          .hasMessageContaining("renegotiation refused");
    }
  }

  @ParameterizedTest
  @EnumSource
  void aFewAreTakenAndAreForgottenWhenContentComes(Chatter chatter) throws Exception {
    try (Served served = Served.open()) {
      ByteBuffer heard = ByteBuffer.allocate(100);
      for (int i = 0; i < 32; i++) {
        chatter.sendBy(served.client());
      }
      served.client().say("x");
      assertThat(served.ours().read(heard)).isEqualTo(1);

      for (int i = 0; i < 200; i++) {
        chatter.sendBy(served.client());
        served.client().say("x");
        assertThat(served.ours().read(heard.clear())).isEqualTo(1);
      }
    }
  }

  /** A pool looks at connections that nobody waits for: it must not wait for their peers. */
  @Test
  void aLookAtWhatHasComeWritesNothing() throws Exception {
    try (Calling calling = Calling.open()) {
      ByteBuffer tickets = ByteBuffer.allocate(100);
      assertThat(calling.ours().readNow(tickets)).isZero();
      calling.sendNewKeys();
      calling.plain().clientChannel().shutdownOutput(); // a write would fail

      for (int i = 0; i < 10; i++) {
        assertThat(calling.ours().readNow(tickets)).isZero();
      }
    }
  }
}
