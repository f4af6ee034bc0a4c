package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.RecipientCheck;
import org.miltergate.config.auth.AuthMechanism;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.config.text.Secret;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.milter.chain.PreData;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.net.Endpoint;

class ConfigReaderTest {
  private static final ConfigReader READER = new ConfigReader(name -> Optional.empty());

  @ParameterizedTest
  @ValueSource(strings = {"", "# nothing\n", "---\n", "{}", "policy:\nlimits:\nchain:\n", "\uFEFF"})
  void whatIsNotSetHasItsDefault(String text) {
    assertThat(read(text)).isEqualTo(GatewayConfig.DEFAULT);
  }

  @Test
  void readsEveryPart() {
    GatewayConfig config =
        read(
            """
            hostname: mx.example.org
            listeners:
              - address: 0.0.0.0:25
              - {address: "[::]:587", name: submission, daemon-name: ORIGINATING}
            chain:
              - name: rspamd
                address: inet:11332@localhost
                connect-timeout: 500ms
                default-action: quarantine
            pre-data: serial
            next-hop:
              address: smtp://[::1]:10025
              data-done-timeout: 20m
            policy:
              trusted-networks: [10.0.0.0/8]
              refused-recipients: [old@example.org]
            limits: {message-size: 30MiB, recipients: 5}
            macros:
              defaults: {if_name: lo, j: mx}
              stages: {mail: [i, mail_addr]}
            """);

    assertThat(config.hostname()).isEqualTo("mx.example.org");
    assertThat(config.listeners().get(1).address()).isEqualTo(new HostPort("::", 587));
    assertThat(config.daemonName(config.listeners().get(1))).isEqualTo("ORIGINATING");
    assertThat(config.chain().preData()).isEqualTo(PreData.SERIAL);
    assertThat(config.chain().milters())
        .containsExactly(
            MilterConfig.of("rspamd", Endpoint.parse("inet:localhost:11332"))
                .with(milter ->
                    milter
                        .set(MilterConfig.CONNECT_TIMEOUT, Duration.ofMillis(500))
                        .set(MilterConfig.DEFAULT_ACTION, FailurePolicy.QUARANTINE)));
    NextHopConfig.Smtp smtp = NextHopConfig.Smtp.of(HostPort.parse("[::1]:10025"));
    assertThat(config.nextHop())
        .isEqualTo(
            smtp.with(
                NextHopConfig.Smtp.TIMEOUTS,
                smtp.timeouts().with(NextHopTimeouts.DATA_DONE, Duration.ofMinutes(20))));
    assertThat(config.policy().trustedNetworks()).containsExactly(Cidr.parse("10.0.0.0/8"));
    assertThat(config.policy().refusedRecipients())
        .containsExactly(RefusedRecipient.of(RecipientPattern.parse("old@example.org")));
    assertThat(config.limits())
        .isEqualTo(
            LimitsConfig.DEFAULT.with(
                l -> l.set(LimitsConfig.MESSAGE_SIZE, 30L << 20).set(LimitsConfig.RECIPIENTS, 5)));
    assertThat(config.macros().defaults()).isEqualTo(Map.of("{if_name}", "lo", "j", "mx"));
    assertThat(config.macros().stages())
        .isEqualTo(Map.of(MacroStage.MAIL, List.of("i", "{mail_addr}")));
  }

  @Test
  void sharesAValueByAnAlias() {
    GatewayConfig config =
        read("limits: {command-timeout: &t 7s, data-timeout: *t, reply-timeout: *t}");

    assertThat(config.limits().replyTimeout()).isEqualTo(Duration.ofSeconds(7));
  }

  @Test
  void replacesVariablesInValuesOnly() {
    Map<String, String> environment = Map.of("NAME", "mx.example.org", "YAML", "{a: b}");
    ConfigReader reader = new ConfigReader(name -> Optional.ofNullable(environment.get(name)));

    ConfigResult result =
        reader.read("t", "hostname: ${NAME}\nmacros: {v: '${YAML} $${NAME} ${NONE:-n}'}\n");

    GatewayConfig config = ((ConfigResult.Valid) result).config();
    assertThat(config.hostname()).isEqualTo("mx.example.org");
    assertThat(config.macros().v()).isEqualTo("{a: b} ${NAME} n");
  }

  @Test
  void warnsOfAnOpenRelayAndGoesOn() {
    ConfigResult result =
        READER.read("t.yaml", "policy:\n  trusted-networks:\n    - ::1\n    - 0.0.0.0/0\n");

    assertThat(((ConfigResult.Valid) result).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:4:7: policy.trusted-networks[1]: '0.0.0.0/0' is every address: whoever reaches"
                + " a listener may send to everybody");
  }

  @Test
  void warnsOfEditsThatMayBeSmallerThanMessages() {
    String milter = "  - {name: m%s, address: 'inet:1@localhost'%s}%n";
    String chain =
        "chain:%n".formatted()
            + milter.formatted(1, ", max-edit-size: 10MiB")
            + milter.formatted(2, ", max-edit-size: 20MiB")
            + milter.formatted(3, "");

    ConfigResult result = READER.read("t.yaml", chain + "limits: {message-size: 11MiB}");

    assertThat(((ConfigResult.Valid) result).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:2:60: chain[0].max-edit-size: 10MiB is below limits.message-size, 11MiB: a"
                + " larger message whose body the milter replaces is answered with 451; leave it"
                + " out to follow message-size");
  }

  @Test
  void sizeOfEditsFollowsTheSizeOfMessages() {
    MilterConfig milter = MilterConfig.of("m", Endpoint.parse("inet:1@localhost"));
    LimitsConfig small = LimitsConfig.DEFAULT;
    LimitsConfig large = small.with(LimitsConfig.MESSAGE_SIZE, 1L << 30);

    assertThat(milter.maxEditBytes(small)).isEqualTo(64L << 20);
    assertThat(milter.maxEditBytes(large)).isGreaterThan(1L << 30);
    assertThat(milter.with(MilterConfig.MAX_EDIT_SIZE, 7L).maxEditBytes(large)).isEqualTo(7);
  }

  @Test
  void warnsOfAPasswordThatCanBeRead() {
    String login = "  username: u\n  password: p\n  tls: none\n";
    ConfigResult open =
        READER.read("t.yaml", "next-hop:\n  address: smtp://mx.example.net:25\n" + login);
    ConfigResult local = READER.read("t.yaml", "next-hop:\n  address: lmtp:unix:/l\n" + login);

    assertThat(((ConfigResult.Valid) open).warnings())
        .extracting(Problem::toString)
        .containsExactly("t.yaml:5:8: next-hop.tls: the password can be read in transit");
    assertThat(((ConfigResult.Valid) local).warnings()).isEmpty();
  }

  @Test
  void warnsOfWhatIsAllowedAndRarelyMeant() {
    ConfigResult result =
        READER.read(
            "t.yaml",
            """
            auth: {users-file: users, without-tls: true}
            listeners: [{address: "192.0.2.1:25"}]
            policy: {xclient-networks: ["::/0"]}
            recipient-check: next-hop
            """);

    assertThat(((ConfigResult.Valid) result).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:1:40: auth.without-tls: passwords can be read in transit",
            "t.yaml:3:29: policy.xclient-networks[0]: '::/0' is every address: whoever reaches a"
                + " listener can pass as a trusted client",
            "t.yaml:4:18: recipient-check: a Maildir accepts every recipient: nothing is checked");
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource({
    "0600, rw-------, rwx------",
    "0640, rw-r-----, rwxr-x---",
    "660, rw-rw----, rwxrwx---"
  })
  void maildirHasAModeAGroupAndMayBeMade(String mode, String files, String folders) {
    ConfigResult result =
        READER.read(
            "t.yaml",
            """
            next-hop:
              create: false
              mode: %s
              group: dovecot
              address: maildir:/srv/mail
            """
                .formatted(mode));

    NextHopConfig.Maildir maildir =
        (NextHopConfig.Maildir) ((ConfigResult.Valid) result).config().nextHop();
    assertThat(maildir.path()).hasToString("/srv/mail");
    assertThat(maildir.group()).isEqualTo("dovecot");
    assertThat(maildir.create()).isFalse();
    assertThat(PosixFilePermissions.toString(maildir.mode().files())).isEqualTo(files);
    assertThat(PosixFilePermissions.toString(maildir.mode().folders())).isEqualTo(folders);
  }

  @Test
  void checkOfRecipientsIsOnAndSaysNothingOfAMaildir() {
    ConfigResult.Valid result = (ConfigResult.Valid) READER.read("t.yaml", "hostname: mx.test");

    assertThat(result.config().delivery().recipientCheck()).isEqualTo(RecipientCheck.NEXT_HOP);
    assertThat(result.warnings()).isEmpty();
  }

  @Test
  void warnsOfLoginsThatAreNowhereOffered() {
    ConfigResult result = READER.read("t.yaml", "auth: {users-file: users}");

    assertThat(((ConfigResult.Valid) result).warnings())
        .extracting(Problem::toString)
        .containsExactly(
            "t.yaml:1:7: auth: no listener offers AUTH: there is none with TLS, and without-tls is"
                + " false");
  }

  @Test
  void readsTheEdge() {
    GatewayConfig config =
        read(
            """
            listeners:
              - address: 0.0.0.0:25
                tls: {mode: implicit, certificate: mx.p12, password: sesame}
                auth: required
                hide-extensions: [dsn]
            auth: {users-file: users, mechanisms: [SCRAM-SHA-256]}
            rates: {client: {messages: 5}}
            next-hop:
              - lmtp:unix:/run/lmtp
              - {address: "smtps://a.example:465", tls: verify, username: u, password: p, weight: 2}
            """);

    ListenerConfig listener = config.listeners().getFirst();
    assertThat(listener.tls())
        .isEqualTo(
            TlsServerConfig.of(TlsMode.IMPLICIT, Path.of("mx.p12"))
                .with(TlsServerConfig.PASSWORD, new Secret("sesame")));
    assertThat(listener.auth()).isEqualTo(ListenerAuth.REQUIRED);
    assertThat(listener.hideExtensions()).containsExactly("DSN");
    assertThat(config.auth().mechanisms()).containsExactly(AuthMechanism.SCRAM_SHA_256);
    assertThat(config.rates().client())
        .isEqualTo(RateLimits.ofAuthFailures(10).with(RateLimits.MESSAGES, 5));
    NextHopConfig.Smtp second = (NextHopConfig.Smtp) NextHopConfig.parse("smtps://a.example:465");
    assertThat(config.nextHop())
        .isEqualTo(
            new NextHopConfig.Several(
                List.of(
                    (NextHopConfig.Smtp) NextHopConfig.parse("lmtp:unix:/run/lmtp"),
                    second.with(hop ->
                        hop.set(NextHopConfig.Smtp.TLS, NextHopTlsConfig.of(TlsLevel.VERIFY))
                            .set(NextHopConfig.Smtp.USERNAME, "u")
                            .set(NextHopConfig.Smtp.PASSWORD, new Secret("p"))
                            .set(NextHopConfig.Smtp.WEIGHT, 2)))));
  }

  @Test
  void namesAFileThatCannotBeRead(@TempDir Path directory) throws IOException {
    Path missing = directory.resolve("no.yaml");
    Path huge = Files.write(directory.resolve("huge.yaml"), new byte[ConfigReader.MAX_BYTES + 1]);

    assertThat(problems(READER.read(missing)))
        .containsExactly(missing + ": cannot be read: no such file");
    assertThat(problems(READER.read(huge)))
        .containsExactly(huge + ": is larger than 256 KiB; no configuration is");
    assertThat(problems(READER.read(directory))).hasSize(1);
  }

  @Test
  void printsOneLineForAProblemWhateverTheValueHolds() {
    List<String> problems = problems(READER.read("t", "hostname: \"a\\r\\nb\\e[1m\\u202e\""));

    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst()).contains("'a\\u000d\\u000ab\\u001b[1m\\u202e'");
  }

  @Test
  void doesNotRepeatAHugeValue() {
    List<String> problems = problems(READER.read("t", "hostname: " + "x".repeat(100_000)));

    assertThat(problems)
        .containsExactly(
            "t:1:11: hostname: text of 100000 characters stands here; write a host name, such as"
                + " mx.example.org, at most 4096");
  }

  @Test
  void stopsCountingAtAThousandProblems() {
    List<String> problems = problems(READER.read("t", "- a\n".repeat(9) + "hostname: a\n"));
    List<String> many = problems(READER.read("t", "hostname: a\n".repeat(5000)));

    assertThat(problems).hasSize(1);
    assertThat(many)
        .hasSize(1001)
        .startsWith("t: there are more problems than the 1000 that follow")
        .endsWith("t:1001:1: hostname: given twice, first in line 1; write it once");
  }

  private static GatewayConfig read(String text) {
    ConfigResult result = READER.read("t", text);
    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).config();
  }

  private static List<String> problems(ConfigResult result) {
    assertThat(result).isInstanceOf(ConfigResult.Invalid.class);
    return ((ConfigResult.Invalid) result).problems().stream().map(Problem::toString).toList();
  }
}
