package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.milter.test.smtp.ScriptedSmtpSink;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** OpenSSL's client and swaks against the gateway, by STARTTLS and with TLS from the first byte. */
@ExtendWith(LabExtension.class)
class TlsEdgeIT {
  /** A gateway with a listener for STARTTLS and one for implicit TLS; its key is fresh. */
  private record Edge(EdgeGateway gateway, ScriptedSmtpSink sink, Path folder) {
    static Edge start(Lab lab) throws IOException {
      Path folder = lab.newFolder();
      Tool made =
          Tool.run(
              folder,
              "openssl",
              "req",
              "-x509",
              "-newkey",
              "rsa:2048",
              "-nodes",
              "-days",
              2,
              "-subj",
              "/CN=edge.test",
              "-addext",
              "subjectAltName=DNS:edge.test",
              "-keyout",
              "edge.key",
              "-out",
              "edge.pem");
      assertThat(made.status()).as(made.output()).isZero();
      ScriptedSmtpSink sink = lab.add(ScriptedSmtpSink.start());
      String tls =
          "certificate: %1$s/edge.pem, key: %1$s/edge.key, client-certificates: ask, client-ca:"
              + " %1$s/edge.pem";
      EdgeGateway gateway =
          EdgeGateway.start(
              lab,
              """
              listeners:
                - address: 127.0.0.1:0
                  tls: {mode: starttls, required: true, %1$s}
                - address: 127.0.0.1:0
                  tls: {mode: implicit, %1$s}
              next-hop: smtp://127.0.0.1:%2$d
              """
                  .formatted(tls.formatted(folder), sink.port()));
      return new Edge(gateway, sink, folder);
    }

    /** Connects with OpenSSL, verifies certificate and name, and says this. */
    Tool openssl(int listener, String input, Object... arguments) throws IOException {
      List<Object> all =
          new ArrayList<>(
              List.of(
                  "s_client",
                  "-connect",
                  "127.0.0.1:" + gateway.port(listener),
                  "-quiet",
                  "-crlf",
                  "-CAfile",
                  "edge.pem",
                  "-verify_return_error",
                  "-verify_hostname",
                  "edge.test"));
      if (listener == 0) {
        all.addAll(List.of("-starttls", "smtp"));
      }
      all.addAll(Arrays.asList(arguments));
      return Tool.runWithInput(folder, input, "openssl", all.toArray());
    }
  }

  @ParameterizedTest(name = "listener {0}, {1}")
  @CsvSource({
    "0, -tls1_3, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
    "0, -tls1_2, TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
    "1, -tls1_3, TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits)",
    "1, -tls1_2, TLSv1.2 with cipher ECDHE-RSA-AES256-GCM-SHA384 (256/256 bits)",
  })
  void opensslTrustsAndIsUnderstood(int listener, String version, String facts, Lab lab)
      throws Exception {
    Edge edge = Edge.start(lab);

    Tool client =
        edge.openssl(listener, "EHLO client.test\nMAIL FROM:<a@client.test>\nQUIT\n", version);

    assertThat(client.output()).contains("250-PIPELINING", "250 2.1.0 Ok", "221 2.0.0 Bye");
    assertThat(client.output().replaceAll("(?s).*?250-PIPELINING", "")).doesNotContain("STARTTLS");
    edge.gateway().awaitLog("Anonymous TLS connection established from ", facts);
  }

  @Test
  void opensslShowsItsCertificate(Lab lab) throws Exception {
    Edge edge = Edge.start(lab);

    edge.openssl(1, "QUIT\n", "-cert", "edge.pem", "-key", "edge.key");

    edge.gateway().awaitLog("Trusted TLS connection established from ");
  }

  @ParameterizedTest
  @ValueSource(strings = {"-tls1", "-tls1_1"})
  void opensslFindsNoOldVersion(String version, Lab lab) throws Exception {
    Edge edge = Edge.start(lab);

    Tool client = edge.openssl(1, "QUIT\n", version, "-cipher", "ALL:@SECLEVEL=0");

    assertThat(client.status()).isNotZero();
    assertThat(client.output()).contains("alert protocol version").doesNotContain("220 ");
    edge.gateway().awaitLog("SSL_accept error from ");
  }

  @ParameterizedTest(name = "listener {0}, {1}")
  @CsvSource({"0, --tls", "1, --tls-on-connect"})
  void swaksDeliversInside(int listener, String how, Lab lab) throws Exception {
    Edge edge = Edge.start(lab);

    Tool swaks =
        Tool.run(
            edge.folder(),
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            edge.gateway().port(listener),
            how,
            "--ehlo",
            "client.test",
            "--from",
            "alice@client.test",
            "--to",
            "bob@remote.test");

    assertThat(swaks.status()).as(swaks.output()).isZero();
    assertThat(swaks.output()).contains("=== TLS started with cipher TLSv1.3:");
    assertThat(edge.sink().messages()).hasSize(1);
    assertThat(edge.sink().messages().getFirst().content().toString())
        .contains(
            "(using TLSv1.3 with cipher TLS_AES_256_GCM_SHA384 (256/256 bits))",
            "(Client did not present a certificate)",
            "with ESMTPS id ");
  }

  @Test
  void swaksMustBeginTls(Lab lab) throws Exception {
    Edge edge = Edge.start(lab);

    Tool swaks =
        Tool.run(
            edge.folder(),
            "swaks",
            "--server",
            "127.0.0.1",
            "--port",
            edge.gateway().port(),
            "--from",
            "alice@client.test",
            "--to",
            "bob@remote.test");

    assertThat(swaks.output()).contains("530 5.7.0 Must issue a STARTTLS command first");
    assertThat(edge.sink().messages()).isEmpty();
  }
}
