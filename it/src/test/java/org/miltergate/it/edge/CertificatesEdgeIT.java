package org.miltergate.it.edge;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.peers.Tool;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.LabExtension;

/** OpenSSL's client against a listener with several certificates and chosen ciphers. */
@ExtendWith(LabExtension.class)
class CertificatesEdgeIT {
  private record Edge(EdgeGateway gateway, Path folder) {
    static Edge start(Lab lab) throws IOException {
      Path folder = lab.newFolder();
      make(folder, "rsa", "edge.test", "rsa:2048");
      make(folder, "ec", "edge.test", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");
      make(folder, "other", "other.test", "rsa:2048");
      trusted(folder);
      EdgeGateway gateway =
          EdgeGateway.start(
              lab,
              """
              listeners:
                - address: 127.0.0.1:0
                  tls:
                    mode: implicit
                    certificate: %1$s/rsa.pem
                    key: %1$s/rsa.key
                    more-certificates:
                      - {certificate: %1$s/ec.pem, key: %1$s/ec.key}
                      - {certificate: %1$s/trusted.pem, key: %1$s/other.key}
                    ciphers: [ECDHE-ECDSA-AES128-GCM-SHA256, ECDHE-RSA-AES128-GCM-SHA256]
              next-hop: maildir:%1$s/mail
              """
                  .formatted(folder));
      return new Edge(gateway, folder);
    }

    private static void make(Path folder, String name, String host, Object... key)
        throws IOException {
      List<Object> arguments = new ArrayList<>(List.of("req", "-x509", "-nodes", "-days", 2));
      arguments.add("-newkey");
      arguments.addAll(Arrays.asList(key));
      arguments.addAll(
          List.of(
              "-subj",
              "/CN=" + host,
              "-addext",
              "subjectAltName=DNS:" + host,
              "-keyout",
              name + ".key",
              "-out",
              name + ".pem"));
      openssl(folder, arguments.toArray());
    }

    /**
     * A TRUSTED CERTIFICATE, as OpenSSL writes it, after the byte order mark of a Windows editor.
     */
    private static void trusted(Path folder) throws IOException {
      openssl(folder, "x509", "-in", "other.pem", "-addtrust", "serverAuth", "-out", "marked.pem");
      String pem = Files.readString(folder.resolve("marked.pem"));
      assertThat(pem).startsWith("-----BEGIN TRUSTED CERTIFICATE-----");
      Files.writeString(folder.resolve("trusted.pem"), "\uFEFF" + pem);
    }

    private static void openssl(Path folder, Object... arguments) throws IOException {
      Tool made = Tool.run(folder, "openssl", arguments);
      assertThat(made.status()).as(made.output()).isZero();
    }

    Tool client(String input, Object... arguments) throws IOException {
      List<Object> all =
          new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + gateway.port(0)));
      all.addAll(Arrays.asList(arguments));
      return Tool.runWithInput(folder, input, "openssl", all.toArray());
    }
  }

  @ParameterizedTest(name = "{0} for {1} by {2}")
  @CsvSource({
    "-tls1_3, edge.test,  RSA+SHA256:rsa_pss_rsae_sha256, RSA-PSS, TLS_AES_256_GCM_SHA384",
    "-tls1_3, edge.test,  ECDSA+SHA256,                   ECDSA,   TLS_AES_256_GCM_SHA384",
    "-tls1_2, edge.test,  RSA+SHA256:rsa_pss_rsae_sha256, RSA,     ECDHE-RSA-AES128-GCM-SHA256",
    "-tls1_2, edge.test,  ECDSA+SHA256:RSA+SHA256,        ECDSA,   ECDHE-ECDSA-AES128-GCM-SHA256",
    "-tls1_3, other.test, ECDSA+SHA256:rsa_pss_rsae_sha256, RSA-PSS, TLS_AES_256_GCM_SHA384",
    "-tls1_2, other.test, ECDSA+SHA256:RSA+SHA256,        RSA,     ECDHE-RSA-AES128-GCM-SHA256",
  })
  void opensslGetsTheCertificateOfTheNameAndOfItsKind(
      String version, String name, String signatures, String kind, String cipher, Lab lab)
      throws Exception {
    Edge edge = Edge.start(lab);

    Tool client =
        edge.client(
            "QUIT\n", version, "-brief", "-crlf", "-servername", name, "-sigalgs", signatures);

    assertThat(client.output())
        .contains("Peer certificate: CN = " + name, "Signature type: " + kind);
    edge.gateway().awaitLog("TLS connection established from ", cipher);
  }
}
