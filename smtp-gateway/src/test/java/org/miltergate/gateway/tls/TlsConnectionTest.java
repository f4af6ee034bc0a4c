package org.miltergate.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import javax.net.ssl.SSLException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Watchdog;

/** Our two sides against each other: what they agree on, what they refuse, how they end. */
class TlsConnectionTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private static ServerTls.Builder server(String name) {
    return ServerTls.builder(TestKeys.pair(name));
  }

  private static ClientTls.Builder client(ClientTls.Trust trust) {
    return ClientTls.builder(trust).ca(TestKeys.file("ca.pem")).name("mx.test");
  }

  /** Both ends of an encrypted connection. */
  private record Pair(TlsConnection client, TlsConnection server, Loopback plain)
      implements AutoCloseable {
    static Pair open(ClientTls.Builder client, ServerTls.Builder server) throws Exception {
      Loopback plain = Loopback.open();
      ServerTls serverTls = server.open();
      Future<TlsConnection> accepted =
          Loopback.meanwhile(() -> {
            try {
              return serverTls.accept(plain.server());
            } catch (IOException e) {
              plain.server().close();
              throw e;
            }
          });
      TlsConnection connected = client.open().connect(plain.client(), "127.0.0.1", LIMIT);
      return new Pair(connected, accepted.get(20, TimeUnit.SECONDS), plain);
    }

    static Pair open() throws Exception {
      return open(
          TlsConnectionTest.client(ClientTls.Trust.VERIFIED), TlsConnectionTest.server("ec"));
    }

    @Override
    public void close() {
      client.close();
      server.close();
    }
  }

  private static void say(ByteStream connection, String text) throws IOException {
    connection.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
  }

  private static String hear(ByteStream connection, int length) throws IOException {
    ByteBuffer heard = ByteBuffer.allocate(length);
    while (heard.hasRemaining()) {
      if (connection.read(heard) < 0) {
        return new String(heard.array(), 0, heard.position(), StandardCharsets.US_ASCII) + "<end>";
      }
    }
    return new String(heard.array(), StandardCharsets.US_ASCII);
  }

  @ParameterizedTest
  @ValueSource(strings = {"rsa", "ec", "ed25519"})
  void speaksWithEveryKindOfKey(String key) throws Exception {
    try (Pair pair = Pair.open(client(ClientTls.Trust.VERIFIED), server(key))) {
      say(pair.client(), "hello");
      assertThat(hear(pair.server(), 5)).isEqualTo("hello");
      say(pair.server(), "world");
      assertThat(hear(pair.client(), 5)).isEqualTo("world");

      assertThat(pair.client().facts())
          .hasToString("TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)");
      assertThat(pair.client().facts().established("to mx.test[127.0.0.1]:25"))
          .startsWith("Verified TLS connection established to mx.test[127.0.0.1]:25: TLSv1.3 with");
      assertThat(pair.client().facts().subject()).isEqualTo("mx.test");
      assertThat(pair.client().facts().issuer()).isEqualTo("Test CA");
      assertThat(pair.server().facts().peer()).isEqualTo(TlsFacts.Peer.ANONYMOUS);
    }
  }

  @Test
  void readsWithLittleRoomAndWithoutWaiting() throws Exception {
    try (Pair pair = Pair.open()) {
      assertThat(pair.server().readNow(ByteBuffer.allocate(10))).isZero();
      say(pair.client(), "0123456789");

      assertThat(hear(pair.server(), 1)).isEqualTo("0");
      assertThat(pair.server().readNow(ByteBuffer.allocate(4))).isEqualTo(4);
      assertThat(hear(pair.server(), 5)).isEqualTo("56789");
      assertThat(pair.server().readNow(ByteBuffer.allocate(10))).isZero();
    }
  }

  @Test
  void carriesMegabytesByteForByteBothWays() throws Exception {
    byte[] sent = new byte[8 * 1024 * 1024];
    new Random(1).nextBytes(sent);
    try (Pair pair = Pair.open()) {
      Future<byte[]> echo =
          Loopback.meanwhile(() -> {
            byte[] all = readAll(pair.server(), sent.length);
            pair.server().write(ByteBuffer.wrap(all));
            return all;
          });

      pair.client()
          .write(
              ByteBuffer.wrap(sent, 0, 100_000),
              ByteBuffer.wrap(sent, 100_000, sent.length - 100_000));

      assertThat(readAll(pair.client(), sent.length)).isEqualTo(sent);
      assertThat(echo.get(20, TimeUnit.SECONDS)).isEqualTo(sent);
    }
  }

  /** Reads with too little room for a record. */
  private static byte[] readAll(ByteStream connection, int length) throws IOException {
    byte[] all = new byte[length];
    int read = 0;
    while (read < length) {
      int count = connection.read(ByteBuffer.wrap(all, read, Math.min(length - read, 5000)));
      assertThat(count).isPositive();
      read += count;
    }
    return all;
  }

  @Test
  void tellsThePeerThatNothingMoreComesAndReadsOn() throws Exception {
    try (Pair pair = Pair.open()) {
      say(pair.client(), "last");
      pair.client().closeOutput();

      assertThat(hear(pair.server(), 5)).isEqualTo("last<end>");
      say(pair.server(), "answer");
      assertThat(hear(pair.client(), 6)).isEqualTo("answer");
      pair.server().close();
      assertThat(hear(pair.client(), 1)).isEqualTo("<end>");
    }
  }

  @Test
  void takesACutOffConnectionForItsEnd() throws Exception {
    try (Pair pair = Pair.open()) {
      say(pair.client(), "half");
      pair.plain().clientChannel().shutdownOutput();

      assertThat(hear(pair.server(), 5)).isEqualTo("half<end>");
    }
  }

  @Test
  void refusesToBeUsedWhenItIsClosed() throws Exception {
    try (Pair pair = Pair.open()) {
      pair.client().close();

      assertThatThrownBy(() -> say(pair.client(), "x")).isInstanceOf(IOException.class);
      assertThatThrownBy(() -> hear(pair.client(), 1)).isInstanceOf(IOException.class);
      assertThat(hear(pair.server(), 1)).isEqualTo("<end>");
    }
  }

  @Test
  void closingEndsAReadThatWaits() throws Exception {
    try (Pair pair = Pair.open()) {
      Future<String> waiting = Loopback.meanwhile(() -> hear(pair.server(), 1));
      pair.server().close();

      assertThatThrownBy(() -> waiting.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  @Test
  void garbageInPlaceOfARecordEndsTheConnection() throws Exception {
    try (Pair pair = Pair.open()) {
      pair.plain()
          .clientChannel()
          .write(ByteBuffer.wrap("QUIT\r\n".getBytes(StandardCharsets.US_ASCII)));

      assertThatThrownBy(() -> hear(pair.server(), 1)).isInstanceOf(SSLException.class);
    }
  }

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "NONE,    client,   ANONYMOUS, '',            '',            ''",
    "ASK,     client,   TRUSTED,   client.test,   Test CA,       ''",
    "ASK,     stranger, UNTRUSTED, stranger.test, Another house, ''",
    "ASK,     '',       ANONYMOUS, '',            '',            ''",
    "REQUIRE, client,   TRUSTED,   client.test,   Test CA,       ''",
    "REQUIRE, stranger, UNTRUSTED, stranger.test, Another house, Client certificate not trusted",
    "REQUIRE, '',       ANONYMOUS, '',            '',            No client certificate presented",
  })
  void judgesClientCertificates(
      ClientCertificates wanted,
      String shown,
      TlsFacts.Peer peer,
      String subject,
      String issuer,
      String missing)
      throws Exception {
    ClientTls.Builder client = client(ClientTls.Trust.VERIFIED);
    if (!shown.isEmpty()) {
      client.certificate(TestKeys.pair(shown));
    }
    ServerTls.Builder server =
        server("rsa").clientCertificates(wanted).clientCa(TestKeys.file("ca.pem"));
    try (Pair pair = Pair.open(client, server)) {
      TlsFacts facts = pair.server().facts();

      assertThat(facts.peer()).isEqualTo(peer);
      assertThat(facts.subject()).isEqualTo(subject);
      assertThat(facts.issuer()).isEqualTo(issuer);
      assertThat(server.open().misses(facts).orElse("")).isEqualTo(missing);
    }
  }

  @ParameterizedTest(name = "client from {0}, server from {1}")
  @CsvSource({
    "TLS_1_2, TLS_1_2, TLSv1.3",
    "TLS_1_3, TLS_1_2, TLSv1.3",
    "TLS_1_2, TLS_1_3, TLSv1.3",
  })
  void speaksTheNewestVersion(TlsVersion client, TlsVersion server, String expected)
      throws Exception {
    try (Pair pair =
        Pair.open(
            client(ClientTls.Trust.ANY).minimumVersion(client),
            server("rsa").minimumVersion(server))) {
      assertThat(pair.client().facts().version()).isEqualTo(expected);
      assertThat(pair.server().facts().version()).isEqualTo(expected);
    }
  }

  @ParameterizedTest(name = "{0}: {1}")
  @CsvSource({
    "renewed, nobody.test, ca.pem,     No subject alternative DNS name matching",
    "rsa,     127.0.0.1, ca.pem,      ''",
    "rsa,     mx.test,  other-ca.pem, PKIX path building failed",
    "rsa,     other.test, ca.pem,     No subject alternative DNS name matching other.test",
  })
  void verifiesNameAndAuthority(String key, String name, String ca, String failure)
      throws Exception {
    ClientTls.Builder client =
        ClientTls.builder(ClientTls.Trust.VERIFIED).ca(TestKeys.file(ca)).name(name);
    if (failure.isEmpty()) {
      Pair.open(client, server(key)).close();
      return;
    }
    assertThatThrownBy(() -> Pair.open(client, server(key)))
        .isInstanceOf(SSLException.class)
        .hasMessageContaining(failure);
  }

  @ParameterizedTest
  @CsvSource({"ca.pem, TRUSTED", "other-ca.pem, UNTRUSTED"})
  void withoutVerificationItOnlyTells(String ca, TlsFacts.Peer peer) throws Exception {
    ClientTls.Builder client = ClientTls.builder(ClientTls.Trust.ANY).ca(TestKeys.file(ca));
    try (Pair pair = Pair.open(client, server("rsa"))) {
      assertThat(pair.client().facts().peer()).isEqualTo(peer);
    }
  }

  /** What a server does that is no good. */
  enum Rude {
    SAYS_NOTHING,
    CLOSES,
    SPEAKS_SMTP
  }

  @ParameterizedTest
  @EnumSource
  void aClientEndsWithinItsLimitWhateverTheServerDoes(Rude rude) throws Exception {
    try (Loopback plain = Loopback.open()) {
      switch (rude) {
        case SAYS_NOTHING -> {}
        case CLOSES -> plain.server().close();
        case SPEAKS_SMTP -> say(plain.server(), "220 mx.test ESMTP\r\n");
      }
      ClientTls tls = client(ClientTls.Trust.ANY).open();
      int watches = Watchdog.shared().size();

      assertThatThrownBy(() -> tls.connect(plain.client(), "h", Duration.ofMillis(300)))
          .isInstanceOf(
              rude == Rude.SAYS_NOTHING ? SocketTimeoutException.class : IOException.class);

      assertThat(plain.clientChannel().isOpen()).isFalse();
      Awaitility.await().until(() -> Watchdog.shared().size() <= watches);
    }
  }
}
