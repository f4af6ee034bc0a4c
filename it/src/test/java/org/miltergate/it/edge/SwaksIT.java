package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.gateway.auth.Passwords;
import org.miltergate.milter.test.ScriptedMilter;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.peers.Certificates;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** swaks speaks every extension that it knows. */
@ExtendWith(LabExtension.class)
class SwaksIT {
  private static final int STARTTLS = 0;
  private static final int IMPLICIT = 1;
  private static final int PROXY = 2;

  private static Path folder;
  private static Certificates certificates;
  private static ScriptedMilter milter;
  private static ScriptedSmtpSink sink;
  private static EdgeGateway gateway;

  @BeforeAll
  static void start(Lab lab) throws Exception {
    folder = lab.newFolder();
    certificates = Certificates.in(folder).with("edge.test");
    milter = lab.add(ScriptedMilter.builder().start());
    sink = lab.add(ScriptedSmtpSink.start());
    gateway =
        EdgeGateway.start(
            lab,
            """
            listeners:
              - address: 127.0.0.1:0
                tls:
                  mode: starttls
                  certificate: %1$s
                  key: %2$s
              - address: 127.0.0.1:0
                tls:
                  mode: implicit
                  certificate: %1$s
                  key: %2$s
              - address: 127.0.0.1:0
                proxy-protocol: [127.0.0.1]
            client-names:
              lookup: false
            auth:
              failure-delay: 0s
              users:
                - name: alice
                  password: %3$s
            policy:
              trusted-networks: [192.0.2.0/24]
              relay-domains: [here.test]
              xclient-networks: [127.0.0.1]
            chain:
              - name: watcher
                address: %4$s
            next-hop: smtp://127.0.0.1:%5$d
            """
                .formatted(
                    certificates.chain("edge.test"),
                    certificates.key("edge.test"),
                    Passwords.hash("open sesame").text(),
                    milter.address(),
                    sink.port()));
  }

  private static Tool swaks(int listener, String to, Object... options) throws Exception {
    List<Object> all =
        new ArrayList<>(
            List.of("--server", "127.0.0.1", "--port", gateway.port(listener), "--helo", "c.test"));
    all.addAll(List.of("--from", "alice@client.test", "--to", to, "--body", "hello"));
    all.addAll(List.of(options));
    return Tool.run(folder, "swaks", all.toArray());
  }

  private static String lastMessage() {
    return sink.messages().getLast().content().toString();
  }

  @ParameterizedTest
  @CsvSource({"tlsv1_2, TLSv1.2", "tlsv1_3, TLSv1.3"})
  void deliversInsideTls(String version, String told) throws Exception {
    Tool swaks =
        swaks(
            STARTTLS,
            "bob@here.test",
            "--tls",
            "--tls-protocol",
            version,
            "--tls-verify",
            "--tls-ca-path",
            certificates.authority());

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(swaks.output()).contains("=== TLS started").doesNotContain("<~  250-STARTTLS");
    assertThat(lastMessage()).contains(" with ESMTPS id ");
    assertThat(milter.transcript()).contains("{tls_version}=" + told);
  }

  @Test
  void deliversWhereTlsComesFirst() throws Exception {
    Tool swaks = swaks(IMPLICIT, "bob@here.test", "--tls-on-connect");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(lastMessage()).contains(" with ESMTPS id ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"PLAIN", "LOGIN"})
  void whoHasLoggedInMayRelay(String mechanism) throws Exception {
    Tool swaks =
        swaks(
            STARTTLS,
            "bob@remote.test",
            "--tls",
            "--auth",
            mechanism,
            "--auth-user",
            "alice",
            "--auth-password",
            "open sesame");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(swaks.output()).contains("235 2.7.0 Authentication successful");
    assertThat(lastMessage()).contains(" with ESMTPSA id ");
    assertThat(milter.transcript()).contains("{auth_type}=" + mechanism, "{auth_authen}=alice");
  }

  @Test
  void aWrongPasswordIsRefusedAndGivesNoRights() throws Exception {
    Tool swaks =
        swaks(
            STARTTLS,
            "bob@remote.test",
            "--tls",
            "--auth-optional",
            "PLAIN",
            "--auth-user",
            "alice",
            "--auth-password",
            "wrong");

    assertThat(swaks.status()).as(swaks.output()).isNotZero();
    assertThat(swaks.output())
        .contains("535 5.7.8 Error: authentication failed")
        .contains("554 5.7.1 <bob@remote.test>: Relay access denied");
  }

  @Test
  void noPasswordIsAskedForOutsideTls() throws Exception {
    Tool swaks = swaks(STARTTLS, "bob@remote.test");

    assertThat(swaks.output()).doesNotContain("AUTH ").contains("554 5.7.1 ");
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 2})
  void theProxyProtocolNamesTheClient(int version) throws Exception {
    Tool swaks =
        swaks(
            PROXY,
            "bob@remote.test",
            "--proxy-version",
            version,
            "--proxy-family",
            version == 1 ? "TCP4" : "AF_INET",
            "--proxy-source",
            "192.0.2." + version,
            "--proxy-source-port",
            "4321",
            "--proxy-dest",
            "192.0.2.25",
            "--proxy-dest-port",
            "25");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(lastMessage()).contains("[192.0.2." + version + "]");
    assertThat(milter.transcript()).contains("inet 192.0.2." + version + " port=4321");
  }

  @Test
  void xclientNamesTheClient() throws Exception {
    Tool swaks =
        swaks(
            STARTTLS,
            "bob@remote.test",
            "--xclient-addr",
            "192.0.2.77",
            "--xclient-name",
            "spike.client.test",
            "--xclient-helo",
            "spike");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(lastMessage()).contains("(spike.client.test [192.0.2.77])");
    assertThat(milter.transcript()).contains("CONNECT spike.client.test inet 192.0.2.77");
  }
}
