package org.miltergate.gateway.check;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.yaml.ConfigReader;
import org.miltergate.config.yaml.ConfigResult;
import org.miltergate.gateway.Gateway;
import org.miltergate.gateway.tls.TestKeys;

class HostCheckTest {
  @TempDir Path directory;

  /**
   * In the texts, {@code D} is the directory, {@code K} that of the keys; a blank file is there.
   */
  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          listeners: [{address: "192.0.2.1:0"}] | listeners[0].address | '192.0.2.1' is not an address of this host
          listeners: [{address: "[2001:db8::1]:0"}] | listeners[0].address | '2001:db8::1' is not an address of this host
          listeners: [{address: "a.invalid:0"}] | listeners[0].address | 'a.invalid' cannot be resolved
          listeners: [{address: "127.0.0.1:0", tls: {certificate: D/no.pem, key: K/rsa.key}}] | listeners[0].tls.certificate | D/no.pem: no such file
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: D/no.key}}] | listeners[0].tls.key | D/no.key: no such file
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: D/file}}] | listeners[0].tls.key | contains nothing in PEM format
          listeners: [{address: "127.0.0.1:0", tls: {certificate: D, key: K/rsa.key}}] | listeners[0].tls.certificate | is a directory
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: K/ec.key}}] | listeners[0].tls.key | does not match the first certificate
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.key}}] | listeners[0].tls.certificate | must contain a CERTIFICATE
          listeners: [{address: "127.0.0.1:0", tls: {certificate: D/file.p12}}] | listeners[0].tls.certificate | is not PKCS#12
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: K/rsa.key, client-certificates: ask, client-ca: D/file}}] | listeners[0].tls.client-ca | must contain a CERTIFICATE
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: K/rsa.key, more-certificates: [{certificate: K/ec.pem, key: K/rsa.key}]}}] | listeners[0].tls.more-certificates[0].key | does not match the first certificate
          listeners: [{address: "127.0.0.1:0", tls: {certificate: K/rsa.pem, key: K/rsa.key, ciphers: [TLS_NO_SUCH_SUITE]}}] | listeners[0].tls | TLS_NO_SUCH_SUITE
          next-hop: {address: "smtp://127.0.0.1:1", tls-ca: D/no.pem} | next-hop.tls-ca | D/no.pem: no such file
          next-hop: [{address: "smtp://127.0.0.1:1", tls-certificate: D/no.pem}] | next-hop[0].tls-certificate | D/no.pem: no such file
          routes: [{recipients: [a.test], next-hop: {address: "smtp://127.0.0.1:1", tls-ca: D/no.pem}}] | routes[0].next-hop.tls-ca | D/no.pem: no such file
          routes: [{next-hop: "mx:"}, {next-hop: {address: "mx:", tls-certificate: D/no.pem}}] | routes[1].next-hop.tls-certificate | D/no.pem: no such file
          routes: [{next-hop: ["smtp://127.0.0.1:1", {address: "smtp://127.0.0.1:2", tls-ca: D/file}]}] | routes[0].next-hop[1].tls-ca | must contain a CERTIFICATE
          routes: [{recipients: [a.test], next-hop: "maildir:D/file"}] | routes[0].next-hop | 'D/file' is not a directory
          routes: [{recipients: [a.test], next-hop: {address: "maildir:D/none", create: false}}] | routes[0].next-hop | 'D/none' is missing, and is not to be created
          auth: {users-file: D/no} | auth.users-file | does not exist
          auth: {users-file: D/file} | auth.users-file | line 1: write name:hash
          spool-directory: D/file | spool-directory | 'D/file' is not a directory
          spool-directory: D/file/x/y | spool-directory | 'D/file/x/y' cannot be created: 'D/file' is not a directory
          spool-directory: D/dangling | spool-directory | 'D/dangling' is not a directory
          quarantine: {directory: D/file} | quarantine.directory | 'D/file' is not a directory
          next-hop: maildir:D/file | next-hop | 'D/file' is not a directory
          next-hop: maildir:D/box | next-hop | 'D/box/new' is not a directory
          next-hop: {address: "maildir:D/none", create: false} | next-hop | 'D/none' is missing, and is not to be created
          """)
  void namesWhatAStartWouldRefuse(String yaml, String path, String text) throws IOException {
    Files.writeString(directory.resolve("file"), "not a user\n");
    Files.writeString(directory.resolve("file.p12"), "not PKCS#12\n");
    Files.createDirectory(directory.resolve("box"));
    Files.writeString(directory.resolve("box/new"), "");
    Files.createSymbolicLink(directory.resolve("dangling"), directory.resolve("nowhere"));
    GatewayConfig config = config(yaml);

    assertThat(HostCheck.ofStart(config))
        .filteredOn(finding -> finding.kind() == Finding.Kind.PROBLEM)
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.path()).isEqualTo(path);
          assertThat(finding.text()).contains(inDirectories(text));
        });
    assertThatThrownBy(() -> Gateway.start(config).close()).isInstanceOf(IOException.class);
  }

  @Test
  void changesNothingAndFindsNothingWhereAStartWorks() throws IOException {
    GatewayConfig config = config("hostname: mx.test");

    assertThat(problems(config)).isEmpty();
    try (Stream<Path> made = Files.list(directory)) {
      assertThat(made).isEmpty();
    }
    assertThatCode(() -> Gateway.start(config).close()).doesNotThrowAnyException();
  }

  /** It is most often the gateway that runs already. */
  @Test
  void anAddressInUseIsNoProblemOfTheConfiguration() throws IOException {
    try (ServerSocket other = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String yaml = "listeners: [{address: \"127.0.0.1:%d\"}]".formatted(other.getLocalPort());

      assertThat(problems(config(yaml))).isEmpty();
    }
  }

  @Test
  void warnsOfCertificatesThatAreNotValidNowOrSoonWillNotBe() throws Exception {
    GatewayConfig config =
        config(
            "listeners: [{address: \"127.0.0.1:0\", tls: {certificate: K/rsa.pem, key:"
                + " K/rsa.key}}]");
    X509Certificate certificate = certificate();
    Instant begin = certificate.getNotBefore().toInstant();
    Instant end = certificate.getNotAfter().toInstant();

    assertThat(remark(config, begin.minusSeconds(60))).contains("is not valid before ");
    assertThat(remark(config, end.minus(Duration.ofDays(6)))).contains("expires on ");
    assertThat(remark(config, end.plusSeconds(60)))
        .contains("rsa.pem: certificate 1 (CN=")
        .contains("expired on ");
    assertThat(new FileCheck(end.minus(Duration.ofDays(8))).check(config))
        .noneMatch(finding -> finding.kind() == Finding.Kind.WARNING);
  }

  private static String remark(GatewayConfig config, Instant now) {
    return new FileCheck(now)
        .check(config).stream()
            .filter(finding -> finding.kind() == Finding.Kind.WARNING)
            .filter(finding -> finding.path().equals("listeners[0].tls.certificate"))
            .map(Finding::text)
            .findFirst()
            .orElse("");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "accept,     all mail passes it unseen",
    "tempfail,   all mail is answered with 451",
    "reject,     all mail is refused",
    "quarantine, all mail is held",
    "shutdown,   all connections are closed",
  })
  void namesAMilterThatCannotBeReachedAndWhatHappensMeanwhile(String action, String text) {
    GatewayConfig config =
        config(
            "chain: [{name: absent, address: \"unix:D/sock\", default-action: %s}]"
                .formatted(action));

    assertThat(HostCheck.ofPeers(config, Duration.ofSeconds(5)))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Finding.Kind.WARNING);
          assertThat(finding.path()).isEqualTo("chain[0].address");
          assertThat(finding.text()).startsWith("milter absent at unix:").contains(text);
        });
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      quoteCharacter = '`',
      value = {
        "smtp://a.invalid:25, host 'a.invalid' cannot be resolved",
        "lmtp:unix:D/sock,    'D/sock' cannot be reached: No such file or directory",
        "lmtp:unix:D/plain,   'D/plain' cannot be reached: Connection refused",
      })
  void namesANextHopThatCannotBeFound(String address, String text) throws IOException {
    Files.writeString(directory.resolve("plain"), "");

    assertThat(HostCheck.ofPeers(config("next-hop: " + address), Duration.ofSeconds(5)))
        .singleElement()
        .satisfies(finding -> {
          assertThat(finding.kind()).isEqualTo(Finding.Kind.WARNING);
          assertThat(finding.path()).isEqualTo("next-hop");
          assertThat(finding.text()).startsWith(inDirectories(text));
        });
  }

  @Test
  void asksAllPeersAtTheSameTimeWithinTheLimit() throws IOException {
    try (ServerSocket deaf = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      String there = "inet:127.0.0.1:" + deaf.getLocalPort();
      GatewayConfig config =
          config(
              "chain: [{name: a, address: \"%s\"}, {name: b, address: \"unix:D/no\"}]"
                  .formatted(there));

      assertThat(HostCheck.ofPeers(config, Duration.ofSeconds(5)))
          .extracting(Finding::path)
          .containsExactly("chain[1].address");
    }
  }

  @Test
  void notesToRootWhatTheUserOfTheServiceMayNotHave() throws IOException {
    Path file = Files.writeString(directory.resolve("users"), "# nobody\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    boolean root = Files.getOwner(file).getName().equals("root");

    List<Finding> findings = HostCheck.ofStart(config("auth: {users-file: D/users}"));

    assertThat(findings)
        .filteredOn(finding -> finding.path().equals("auth.users-file"))
        .hasSize(root ? 1 : 0)
        .allMatch(finding -> finding.kind() == Finding.Kind.NOTE);
  }

  private static List<Finding> problems(GatewayConfig config) {
    return HostCheck.ofStart(config).stream()
        .filter(finding -> finding.kind() == Finding.Kind.PROBLEM)
        .toList();
  }

  private static X509Certificate certificate() throws Exception {
    try (InputStream in = Files.newInputStream(TestKeys.file("rsa.pem"))) {
      return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
    }
  }

  private String inDirectories(String text) {
    return text.replaceAll("\\bD\\b(?=[/}]|,|$)", directory.toString())
        .replaceAll("\\bK/", TestKeys.file("rsa.pem").getParent() + "/");
  }

  /** A whole configuration in which everything else is in order, and in the directory. */
  private GatewayConfig config(String yaml) {
    StringBuilder whole = new StringBuilder(inDirectories(yaml)).append('\n');
    String box = directory + "/made/";
    addUnlessThere(whole, yaml, "listeners", "[{address: \"127.0.0.1:0\"}]");
    addUnlessThere(whole, yaml, "spool-directory", box + "spool");
    addUnlessThere(whole, yaml, "quarantine", "{directory: " + box + "quarantine}");
    addUnlessThere(whole, yaml, "next-hop", "maildir:" + box + "mail");
    ConfigResult result = new ConfigReader(name -> Optional.empty()).read("c", whole.toString());
    assertThat(result).as(result.toString()).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).config();
  }

  private static void addUnlessThere(StringBuilder whole, String yaml, String key, String value) {
    if (!yaml.startsWith(key)) {
      whole.append(key).append(": ").append(value).append('\n');
    }
  }
}
