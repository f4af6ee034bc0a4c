package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;
import org.miltergate.gateway.tls.TestKeys;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;

/** Certificates that clients show inside of STARTTLS. */
class ClientCertificateTest {
  private static final String STARTTLS =
      """
      C: STARTTLS
      S: 220 2.0.0 Ready to start TLS
      """;

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource({
    "ASK,     rsa.p12,      Untrusted, '',           ''",
    "ASK,     rsa.p12,      Trusted,   ca.pem,       mx.test",
    "ASK,     '',           Anonymous, ca.pem,       ''",
    "REQUIRE, rsa.p12,      Trusted,   ca.pem,       mx.test",
  })
  void tellsMiltersOfCertificatesThatAreGood(
      ClientCertificates wanted, String shown, String word, String ca, String subject)
      throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server =
            TestServer.builder()
                .tls(
                    TlsPeer.listener(
                        TlsMode.STARTTLS,
                        tls ->
                            tls.set(TlsServerConfig.CLIENT_CERTIFICATES, wanted)
                                .set(
                                    TlsServerConfig.CLIENT_CA,
                                    Optional.of(ca)
                                        .filter(name -> !name.isEmpty())
                                        .map(TestKeys::file))))
                .milter(milter)
                .start();
        RawSmtpClient client = server.client().play(STARTTLS)) {
      client.startTls(shown.isEmpty() ? TlsPeer.client() : TlsPeer.client(shown));
      client.play(
          """
          C: EHLO client.test
          S+ 250
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      assertThat(server.log())
          .anyMatch(line -> line.startsWith(word + " TLS connection established from unknown[127"));
      assertThat(macrosOfLastHelo(milter).getOrDefault("{cert_subject}", "")).isEqualTo(subject);
      assertThat(macrosOfLastHelo(milter).getOrDefault("{cert_issuer}", ""))
          .isEqualTo(subject.isEmpty() ? "" : "Test CA");
    }
  }

  @ParameterizedTest(name = "''{0}''")
  @CsvSource({
    "'',      No client certificate presented",
    "rsa.p12, Client certificate not trusted",
  })
  void servesNoClientWithoutTheCertificateThatIsRequired(String shown, String reason)
      throws IOException {
    try (TestServer server =
            TestServer.builder()
                .tls(
                    TlsPeer.listener(
                        TlsMode.STARTTLS,
                        tls ->
                            tls.set(
                                TlsServerConfig.CLIENT_CERTIFICATES, ClientCertificates.REQUIRE)))
                .start();
        RawSmtpClient client = server.client().play(STARTTLS)) {
      client.startTls(shown.isEmpty() ? TlsPeer.client() : TlsPeer.client(shown));
      client.play(
          """
          C: EHLO client.test
          S: 421 4.7.1 gw.test Error: %s
          S! closed
          """
              .formatted(reason));

      assertThat(server.log()).contains("NOQUEUE: abort: TLS from unknown[127.0.0.1]: " + reason);
    }
  }

  private static Map<String, String> macrosOfLastHelo(ScriptedMilter milter) {
    return milter.connection().received(Command.Helo.class).getLast().macros();
  }
}
