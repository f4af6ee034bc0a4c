package org.miltergate.gateway.tls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Which certificate a server of several shows, and which cipher it agrees on. */
class CertificateChoiceTest {
  @TempDir Path directory;

  /** What a client of the JDK's was shown, and what our side made of it. */
  private record Agreed(X509Certificate shown, TlsFacts facts) {
    String kind() {
      return shown.getPublicKey().getAlgorithm();
    }

    String name() {
      return CommonName.of(shown.getSubjectX500Principal());
    }
  }

  private static Agreed connect(ServerTls server, Consumer<SSLParameters> client) throws Exception {
    try (Loopback plain = Loopback.open()) {
      Future<TlsConnection> accepted =
          Loopback.meanwhile(() -> {
            try {
              return server.accept(plain.server());
            } catch (IOException e) {
              plain.server().close();
              throw e;
            }
          });
      SSLEngine engine =
          TlsMaterial.open(List.of(), Optional.empty(), Authorities::lenient)
              .current()
              .context()
              .createSSLEngine();
      engine.setUseClientMode(true);
      SSLParameters parameters = engine.getSSLParameters();
      client.accept(parameters);
      engine.setSSLParameters(parameters);
      new TlsConnection(
              plain.client(), engine, session -> TlsFacts.of(session, TlsFacts.Peer.ANONYMOUS))
          .handshake();
      return new Agreed(
          (X509Certificate) engine.getSession().getPeerCertificates()[0],
          accepted.get(20, TimeUnit.SECONDS).facts());
    }
  }

  private static void ask(SSLParameters parameters, String name) {
    if (!name.isEmpty()) {
      parameters.setServerNames(List.of(new SNIHostName(name)));
    }
  }

  /** A client that knows these kinds of keys only. */
  private static void know(SSLParameters parameters, String kinds) {
    List<String> schemes =
        switch (kinds) {
          case "RSA" -> List.of("rsa_pss_rsae_sha256", "rsa_pkcs1_sha256");
          case "EC" -> List.of("ecdsa_secp256r1_sha256");
          case "EdDSA" -> List.of("ed25519");
          default ->
              List.of(
                  "ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256", "rsa_pkcs1_sha256", "ed25519");
        };
    parameters.setSignatureSchemes(schemes.toArray(String[]::new));
  }

  @ParameterizedTest(name = "{0}: asks for ''{1}'', knows {2}")
  @CsvSource({
    "TLSv1.3, '',           RSA,   RSA,   mx.test",
    "TLSv1.3, '',           EC,    EC,    mx.test",
    "TLSv1.3, '',           EdDSA, EdDSA, mx.test",
    "TLSv1.3, mx.test,      RSA,   RSA,   mx.test",
    "TLSv1.3, MX.test,      EC,    EC,    mx.test",
    "TLSv1.3, localhost,    EC,    EC,    mx.test",
    "TLSv1.3, named.test, RSA,   RSA,   named.test",
    "TLSv1.3, named.test, all,   RSA,   named.test",
    "TLSv1.3, named.test, EC,    EC,    mx.test",
    "TLSv1.3, a.named.test, RSA,   RSA,   named.test",
    "TLSv1.3, other.test,   RSA,   RSA,   mx.test",
    "TLSv1.3, other.test,   EC,    EC,    mx.test",
    "TLSv1.2, '',           RSA,   RSA,   mx.test",
    "TLSv1.2, '',           EC,    EC,    mx.test",
    "TLSv1.2, named.test, all,   RSA,   named.test",
    "TLSv1.2, named.test, EC,    EC,    mx.test",
    "TLSv1.2, other.test,   RSA,   RSA,   mx.test",
  })
  void goesByNameAndThenByKindOfKey(
      String version, String asked, String known, String kind, String name) throws Exception {
    ServerTls server =
        ServerTls.builder(TestKeys.pair("rsa"))
            .moreKeys(TestKeys.pair("named"))
            .moreKeys(TestKeys.pair("ec"))
            .moreKeys(TestKeys.pair("ed25519"))
            .open();

    Agreed agreed =
        connect(
            server,
            client -> {
              client.setProtocols(new String[] {version});
              ask(client, asked);
              know(client, known);
            });

    assertThat(agreed.kind()).isEqualTo(kind);
    assertThat(agreed.name()).isEqualTo(name);
    assertThat(agreed.facts().serverName()).isEqualTo(asked.toLowerCase(java.util.Locale.ROOT));
  }

  @Test
  void allFilesAreReadAgainWhenOneChanges() throws Exception {
    Path certificate = directory.resolve("more.pem");
    Path key = directory.resolve("more.key");
    Files.copy(TestKeys.file("ec.pem"), certificate);
    Files.copy(TestKeys.file("ec.key"), key);
    ServerTls server =
        ServerTls.builder(TestKeys.pair("rsa"))
            .moreKeys(KeyFiles.of(certificate).withKey(key))
            .open();
    assertThat(connect(server, client -> know(client, "EC")).kind()).isEqualTo("EC");

    Files.writeString(key, Files.readString(TestKeys.file("ed25519.key")));
    Files.writeString(certificate, Files.readString(TestKeys.file("ed25519.pem")));

    Awaitility.await()
        .atMost(Duration.ofSeconds(20))
        .ignoreExceptionsInstanceOf(SSLException.class)
        .until(() -> connect(server, client -> know(client, "EdDSA")).kind().equals("EdDSA"));
  }

  @ParameterizedTest
  @CsvSource({
    "mx.test,       mx.test,   true",
    "*.test,        mx.test,   true",
    "*.test,        a.mx.test, false",
    "*.test,        test,      false",
    "mx.test,       '',        false",
    "mx.test,       x.test,    false",
  })
  void aNameMatchesItselfAndAnyOneLabel(String own, String asked, boolean matches) {
    assertThat(ServerNames.match(Set.of(own), asked)).isEqualTo(matches);
  }

  @ParameterizedTest(name = "{0} by {1}")
  @CsvSource({
    "ECDHE-RSA-AES128-GCM-SHA256,           TLSv1.2, ECDHE-RSA-AES128-GCM-SHA256",
    "TLS_ECDHE_RSA_WITH_AES_128_GCM_SHA256, TLSv1.2, ECDHE-RSA-AES128-GCM-SHA256",
    "ECDHE-RSA-AES128-GCM-SHA256,           TLSv1.3, TLS_AES_256_GCM_SHA384",
    "TLS_CHACHA20_POLY1305_SHA256,          TLSv1.3, TLS_CHACHA20_POLY1305_SHA256",
    "ECDHE-RSA-CHACHA20-POLY1305 ECDHE-RSA-AES128-GCM-SHA256, TLSv1.2, ECDHE-RSA-CHACHA20-POLY1305",
  })
  void agreesOnTheFirstCipherOfTheList(String ciphers, String version, String agreed)
      throws Exception {
    ServerTls server =
        ServerTls.builder(TestKeys.pair("rsa")).ciphers(List.of(ciphers.split(" "))).open();

    TlsFacts facts = connect(server, client -> client.setProtocols(new String[] {version})).facts();

    assertThat(facts.cipher()).isEqualTo(agreed);
  }

  @Test
  void refusesAClientWithoutACipherOfTheList() throws Exception {
    ServerTls server =
        ServerTls.builder(TestKeys.pair("rsa")).ciphers(List.of("TLS_AES_128_GCM_SHA256")).open();

    assertThatThrownBy(() ->
            connect(
                server, client -> client.setCipherSuites(new String[] {"TLS_AES_256_GCM_SHA384"})))
        .isInstanceOf(SSLException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"HIGH", "RC4-SHA", "TLS_RSA_WITH_NULL_SHA", "AECDH-AES128-SHA", "DES-CBC3-SHA"})
  void refusesToStartWithACipherThatThereIsNot(String cipher) {
    assertThatThrownBy(
            () -> ServerTls.builder(TestKeys.pair("rsa")).ciphers(List.of(cipher)).open())
        .isInstanceOf(IOException.class)
        .hasMessageStartingWith("cipher suite " + cipher + " is not known to the JDK")
        .hasMessageContaining("ECDHE-RSA-AES256-GCM-SHA384");
  }
}
