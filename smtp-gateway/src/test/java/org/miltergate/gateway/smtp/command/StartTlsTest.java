package org.miltergate.gateway.smtp.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.gateway.testkit.RawSmtpClient;
import org.miltergate.gateway.testkit.TestServer;
import org.miltergate.gateway.testkit.TlsPeer;
import org.miltergate.gateway.tls.KeyFileException;
import org.miltergate.gateway.tls.TestKeys;
import org.miltergate.milter.test.Conversation.Received;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;

/** STARTTLS, and sessions inside of TLS. */
class StartTlsTest {
  private static final String STARTTLS =
      """
      C: STARTTLS
      S: 220 2.0.0 Ready to start TLS
      """;

  private static TestServer.Builder starttls() {
    return TestServer.builder().tls(TlsPeer.listener(TlsMode.STARTTLS));
  }

  private static RawSmtpClient encrypted(TestServer server) throws IOException {
    return server.client().play(STARTTLS).startTls(TlsPeer.client());
  }

  @Test
  void isOfferedOutsideOfTlsOnly() throws IOException {
    try (TestServer server = starttls().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S: 250-gw.test
          S: 250-PIPELINING
          S: 250-SIZE ...
          S: 250-STARTTLS
          S+ 250
          """);
      client.play(STARTTLS).startTls(TlsPeer.client());
      client.play(
          """
          C: EHLO client.test
          S: 250-gw.test
          S: 250-PIPELINING
          S: 250-SIZE ...
          S: 250-ENHANCEDSTATUSCODES
          S+ 250
          C: STARTTLS
          S: 554 5.5.1 Error: TLS already active
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          C: DATA
          S: 354 ...
          C: Subject: x
          C:
          C: .
          S: 250 2.0.0 Ok: queued as ...
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);

      assertThat(server.log())
          .contains(
              "Anonymous TLS connection established from unknown[127.0.0.1]: TLSv1.3 with cipher"
                  + " TLS_AES_256_GCM_SHA384 (256/256 bits)");
      assertThat(server.nextHop().onlyMail().received())
          .contains(
              "Received: from client.test (unknown [127.0.0.1])\r\n"
                  + "\t(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))\r\n"
                  + "\t(No client certificate requested)\r\n"
                  + "\tby gw.test (Miltergate) with ESMTPS id ");
    }
  }

  @Test
  void isNotThereWithoutTls() throws IOException {
    try (TestServer server = TestServer.start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: STARTTLS
          S: 502 5.5.1 Error: command not implemented
          C: NOOP
          S: 250 2.0.0 Ok
          """);
    }
  }

  @Test
  void takesNoArgument() throws IOException {
    try (TestServer server = starttls().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: STARTTLS now
          S: 501 5.5.4 Syntax: STARTTLS
          C: NOOP
          S: 250 2.0.0 Ok
          """);
    }
  }

  /** Anybody between client and gateway could have put them there (CVE-2011-0411). */
  @Test
  void throwsAwayWhatWasSentBeforeTheHandshake() throws IOException {
    try (TestServer server = starttls().start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO client.test
          S+ 250
          C: STARTTLS
          C: EHLO attacker.test
          C: MAIL FROM:<attacker@example.org>
          S: 220 2.0.0 Ready to start TLS
          """);
      client.startTls(TlsPeer.client());
      client.play(
          """
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          C: QUIT
          S: 221 2.0.0 Bye
          """);

      Awaitility.await().until(() -> server.openSessions() == 0);
      assertThat(server.log())
          .contains(
              "disconnect from unknown[127.0.0.1] ehlo=1 starttls=1 rcpt=0/1 quit=1 commands=3/4");
    }
  }

  @Test
  void forgetsWhatWasSaidBefore() throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().start();
        TestServer server = starttls().milter(milter).start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: EHLO before.test
          S+ 250
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          C: RCPT TO:<b@example.net>
          S: 250 2.1.5 Ok
          """);
      client.play(STARTTLS).startTls(TlsPeer.client());
      client.play(
          """
          C: RCPT TO:<b@example.net>
          S: 503 5.5.1 Error: need MAIL command
          C: EHLO behind.test
          S+ 250
          C: QUIT
          S: 221 2.0.0 Bye
          S! closed
          """);

      assertThat(milter.transcript()).containsSubsequence("RCPT", "ABORT", "HELO behind.test");
      assertThat(heloMacros(milter).getFirst()).doesNotContainKey("{tls_version}");
      assertThat(heloMacros(milter).getLast())
          .containsEntry("{tls_version}", "TLSv1.3")
          .containsEntry("{cipher}", "TLS_AES_256_GCM_SHA384")
          .containsEntry("{cipher_bits}", "256")
          .doesNotContainKeys("{cert_subject}", "{cert_issuer}");
    }
  }

  @ParameterizedTest(name = "asked for: {0}")
  @CsvSource({"{tls_sni}, mx.test", "{tls_version}, ''"})
  void tellsTheNameThatTheClientAskedForToMiltersThatAskForIt(String asked, String told)
      throws IOException {
    try (ScriptedMilter milter = ScriptedMilter.builder().macros(MacroStage.HELO, asked).start();
        TestServer server = starttls().milter(milter).start();
        RawSmtpClient client = server.client().play(STARTTLS).startTls(TlsPeer.client())) {
      client.play("C: EHLO client.test\nS+ 250\nC: QUIT\nS: 221 2.0.0 Bye");

      assertThat(heloMacros(milter).getLast().getOrDefault("{tls_sni}", "")).isEqualTo(told);
    }
  }

  private static List<Map<String, String>> heloMacros(ScriptedMilter milter) {
    return milter.connection().received(Command.Helo.class).stream().map(Received::macros).toList();
  }

  @Test
  void mayBeRequired() throws IOException {
    try (TestServer server =
            TestServer.builder()
                .tls(
                    TlsPeer.listener(
                        TlsMode.STARTTLS, tls -> tls.set(TlsServerConfig.REQUIRED, true)))
                .start();
        RawSmtpClient client = server.client()) {
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 530 5.7.0 Must issue a STARTTLS command first
          C: RSET
          S: 530 5.7.0 Must issue a STARTTLS command first
          C: VRFY <a@here.test>
          S: 530 5.7.0 Must issue a STARTTLS command first
          C: BDAT 6 LAST
          C: NOOP
          S: 503 5.5.1 Error: need RCPT command
          C: NOOP
          S: 250 2.0.0 Ok
          C: HELO client.test
          S: 250 gw.test
          C: EHLO client.test
          S+ 250
          """);
      client.play(STARTTLS).startTls(TlsPeer.client());
      client.play(
          """
          C: MAIL FROM:<a@example.org>
          S: 250 2.1.0 Ok
          """);
    }
  }

  @Test
  void carriesMegabytesByteForByte() throws IOException {
    StringBuilder content = new StringBuilder("Subject: large\r\n\r\n");
    Random random = new Random(1);
    while (content.length() < 30 * 1024 * 1024) {
      content.append("line ").append(random.nextLong()).append("\r\n");
    }
    try (TestServer server =
            starttls()
                .limits(limits -> limits.set(LimitsConfig.MESSAGE_SIZE, 40L * 1024 * 1024))
                .start();
        RawSmtpClient client = encrypted(server)) {
      client.play(
          """
          C: EHLO client.test
          S+ 250
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<b@example.net>
          C: DATA
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 354 ...
          """);
      client.send(content.toString());
      client.play(
          """
          C: .
          S: 250 2.0.0 Ok: queued as ...
          """);

      assertThat(server.nextHop().onlyMail().content().equals(content.toString())).isTrue();
    }
  }

  /**
   * What a proxy of a client does that wants to be quick: all in one packet after the handshake.
   */
  @Test
  void takesPipelinedCommandsInside() throws IOException {
    try (TestServer server = starttls().start();
        RawSmtpClient client = encrypted(server)) {
      client.play(
          """
          C: EHLO client.test
          C: MAIL FROM:<a@example.org>
          C: RCPT TO:<b@example.net>
          C: RSET
          C: QUIT
          S+ 250
          S: 250 2.1.0 Ok
          S: 250 2.1.5 Ok
          S: 250 2.0.0 Ok
          S: 221 2.0.0 Bye
          S! closed
          """);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.2", "TLSv1.3"})
  void speaksBothVersions(String version) throws IOException {
    try (TestServer server = starttls().start();
        RawSmtpClient client = server.client().play(STARTTLS)) {
      client.startTls(TlsPeer.client(), version).play("C: QUIT\nS: 221 2.0.0 Bye\nS! closed");

      assertThat(server.log())
          .anyMatch(line -> line.contains("established from unknown[127.0.0.1]: " + version));
    }
  }

  @Test
  void doesNotStartWithAKeyOfAnother() {
    TestServer.Builder server =
        TestServer.builder()
            .tls(
                TlsPeer.listener(
                    TlsMode.STARTTLS,
                    tls ->
                        tls.set(TlsServerConfig.KEY, Optional.of(TestKeys.file("renewed.key")))));

    assertThatThrownBy(server::start)
        .isInstanceOf(KeyFileException.class)
        .hasMessageContaining("renewed.key: private key (RSA) does not match");
  }
}
