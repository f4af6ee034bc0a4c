package org.miltergate.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.auth.PasswordHash;
import org.miltergate.config.auth.UserConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.listener.HiddenExtensions;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.text.Secret;
import org.miltergate.config.text.SizeText;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.net.Endpoint;

class SettingsTest {
  private static final String KEY = "bm90IHRoZSBoYXNoIG9mIGEgcGFzc3dvcmQsIDEyMzQ=";
  private static final String HASH = "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$" + KEY + ":" + KEY;
  private static final Endpoint ADDRESS = Endpoint.parse("inet:127.0.0.1:8891");

  @Test
  void recordsNameTheSettingThatIsWrong() {
    assertThatThrownBy(() -> LimitsConfig.DEFAULT.with(LimitsConfig.RECIPIENTS, 0))
        .isInstanceOf(InvalidSettingException.class)
        .hasMessage("recipients: 0 is out of range; write 1 to 1000000");
    assertThatThrownBy(() -> MilterConfig.DEFAULT.with(MilterConfig.CONNECT_TIMEOUT, Duration.ZERO))
        .hasMessage("connect-timeout: 0s is out of range; write more than 0s, at most 30d");
    assertThatThrownBy(() -> MilterConfig.of("two words", ADDRESS)).hasMessageContaining("name: ");
  }

  @Test
  void chainRefusesTwoMiltersOfOneName() {
    MilterConfig milter = MilterConfig.of("rspamd", ADDRESS);

    assertThatThrownBy(() -> ChainConfig.of(milter, milter)).hasMessageContaining("'rspamd'");
  }

  @Test
  void listenersDifferUnlessThePortIsFree() {
    ListenerConfig fixed = ListenerConfig.DEFAULT;
    ListenerConfig free = ListenerConfig.of(HostPort.parse("127.0.0.1:0"));

    assertThat(GatewayConfig.DEFAULT.with(GatewayConfig.LISTENERS, List.of(free, free)).listeners())
        .hasSize(2);
    assertThatThrownBy(
            () -> GatewayConfig.DEFAULT.with(GatewayConfig.LISTENERS, List.of(fixed, fixed)))
        .hasMessageContaining("'127.0.0.1:2525' occurs twice");
    assertThatThrownBy(() -> GatewayConfig.DEFAULT.with(GatewayConfig.LISTENERS, List.of()))
        .hasMessageContaining("listeners: the list is empty");
  }

  @Test
  void daemonNameComesFromTheListenerThenTheMacrosThenTheHost() {
    ListenerConfig plain = ListenerConfig.DEFAULT;
    GatewayConfig bare = GatewayConfig.DEFAULT.with(GatewayConfig.HOSTNAME, "mx.example.org");
    GatewayConfig named =
        bare.with(GatewayConfig.MACROS, MacroConfig.DEFAULT.with(MacroConfig.DAEMON_NAME, "MTA"));

    assertThat(bare.daemonName(plain)).isEqualTo("mx.example.org");
    assertThat(named.daemonName(plain)).isEqualTo("MTA");
    assertThat(named.daemonName(plain.with(ListenerConfig.DAEMON_NAME, "ORIGINATING")))
        .isEqualTo("ORIGINATING");
  }

  @Test
  void macrosKeepTheOrderOfTheStages() {
    MacroConfig macros =
        MacroConfig.DEFAULT.with(
            MacroConfig.STAGES,
            Map.of(MacroStage.MAIL, List.of("i"), MacroStage.CONNECT, List.of("j", "{if_name}")));

    assertThat(macros.stages().keySet()).containsExactly(MacroStage.CONNECT, MacroStage.MAIL);
    assertThatThrownBy(
            () -> macros.with(MacroConfig.STAGES, Map.of(MacroStage.HELO, List.of("if_name"))))
        .hasMessageContaining("'if_name' is not a macro");
  }

  @Test
  void valueOfVIsNameAndVersion() {
    assertThat(MacroConfig.DEFAULT.v()).matches("Miltergate \\d+\\.\\d+\\.\\d+.*");
  }

  @ParameterizedTest
  @CsvSource({
    "2048, 2KiB, 2048", "10MiB, 10MiB, 10485760", "512KiB, 512KiB, 524288",
        "1GiB, 1GiB, 1073741824",
    "10240000, 10000KiB, 10240000", "100, 100, 100", "7B, 7, 7", "0, 0, 0"
  })
  void sizeIsBytesOrNumberAndUnit(String text, String canonical, long bytes) {
    assertThat(SizeText.parse(text)).isEqualTo(bytes);
    assertThat(SizeText.format(bytes)).isEqualTo(canonical);
  }

  @ParameterizedTest
  @ValueSource(strings = {"10MB", "10 MiB", "-1", "ten", "", "1.5MiB", "9999999999999999"})
  void refusesWhatIsNoSize(String text) {
    assertThatThrownBy(() -> SizeText.parse(text)).hasMessageContaining("is not a size");
  }

  @Test
  void refusesASizeThatOverflows() {
    assertThatThrownBy(() -> SizeText.parse("999999999999GiB"))
        .hasMessage("'999999999999GiB' is too large; write at most 1024GiB");
  }

  @ParameterizedTest
  @CsvSource({"127.0.0.1:2525", "[::1]:25", "mx.example.org:10025", "[2001:db8::1]:0"})
  void hostAndPortReadAsTheyAreWritten(String text) {
    assertThat(HostPort.parse(text)).hasToString(text);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "25",
        ":25",
        "host",
        "::1:25",
        "[::1]",
        "[host]:25",
        "[127.0.0.1]:25",
        "a b:25",
        "host:25x",
        "host:65536",
        "1.2.3:25",
        "host:-1",
        "[:::]:25"
      })
  void refusesWhatIsNoHostAndPort(String text) {
    assertThatThrownBy(() -> HostPort.parse(text)).isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "smtp://127.0.0.1:10025,     smtp://127.0.0.1:10025",
    "smtp://[::1]:25/,           smtp://[::1]:25",
    "smtps://mx.example.org:465, smtps://mx.example.org:465",
    "lmtp://localhost:24,        lmtp://localhost:24",
    "smtp://mail_server:25,      smtp://mail_server:25",
    "lmtp://_a.b_c.test:24,      lmtp://_a.b_c.test:24",
    "mx:my_domain.test,          mx:my_domain.test",
    "lmtp:unix:/run/lmtp,        lmtp:unix:/run/lmtp",
    "lmtp:unix:lmtp.sock,        lmtp:unix:lmtp.sock",
    "mx:example.org,             mx:example.org",
    "mx:example.org:25,          mx:example.org",
    "mx:example.org:2525,        mx:example.org:2525",
    "maildir:./var/mail,         maildir:./var/mail",
    "maildir:/srv/mail,          maildir:/srv/mail",
  })
  void nextHopReadsAsItIsWritten(String text, String address) {
    assertThat(NextHopConfig.parse(text).address()).isEqualTo(address);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "localhost:25",
        "maildir:",
        "smtp:host:25",
        "",
        "lmtp:/run/x",
        "smtp:unix:/x",
        "lmtp:unix:"
      })
  void refusesOtherNextHopsAndNamesTheForms(String text) {
    assertThatThrownBy(() -> NextHopConfig.parse(text))
        .hasMessage(
            "'"
                + text
                + "' is not a next hop; write smtp://host:port, smtps://host:port,"
                + " lmtp://host:port, lmtp:unix:path, mx:domain or maildir:path");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "smtp://localhost:0",
        "mx:",
        "mx:example.org:0",
        "mx:a b",
        "mx:192.0.2.1",
        "smtp://:25",
        "mx:example.org:99999",
        "lmtp://localhost",
        "smtps://a:25:26"
      })
  void refusesANextHopThatIsNowhere(String text) {
    assertThatThrownBy(() -> NextHopConfig.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .isNotInstanceOf(InvalidSettingException.class);
  }

  @ParameterizedTest
  @CsvSource({
    "smtp://localhost:25,   MAY",
    "mx:example.org,        MAY",
    "lmtp://localhost:24,   MAY",
    "smtps://localhost:465, ENCRYPT",
    "lmtp:unix:/run/lmtp,   NONE",
  })
  void tlsOfANextHopDependsOnItsKind(String text, TlsLevel level) {
    NextHopConfig.Smtp hop = (NextHopConfig.Smtp) NextHopConfig.parse(text);

    assertThat(hop.tls().level()).isEqualTo(level);
  }

  @Test
  void secretsAreNotShown() {
    Secret secret = new Secret("open sesame");
    PasswordHash hash = PasswordHash.parse(HASH);

    assertThat(secret).hasToString("********");
    assertThat(UserConfig.of("alice", hash).toString()).doesNotContain("salt", "c2Fs");
    assertThat(hash.text()).isEqualTo(HASH);
    assertThat(TlsServerConfig.OFF.with(TlsServerConfig.PASSWORD, secret).toString())
        .doesNotContain("sesame");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "secret",
        "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$bm90:bm90",
        "SCRAM-SHA-256$4096:c2FsdHNhbHQ$" + KEY + ":" + KEY + "=",
        "SCRAM-SHA-256$1:c2FsdHNhbHQ=$" + KEY + ":" + KEY,
        "SCRAM-SHA-256$99999999:c2FsdHNhbHQ=$" + KEY + ":" + KEY,
        "SCRAM-SHA-256$4096:c2E=$" + KEY + ":" + KEY,
        "SCRAM-SHA-1$4096:c2FsdHNhbHQ=$" + KEY + ":" + KEY,
      })
  void refusesWhatIsNoHashAndDoesNotRepeatIt(String text) {
    assertThatThrownBy(() -> PasswordHash.parse(text))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("hash")
        .message()
        .doesNotContain("c2F", "bm90", "secret");
  }

  @Test
  void firstNetworkThatMatchesDecidesWhatIsHidden() throws Exception {
    ListenerConfig listener =
        ListenerConfig.DEFAULT.with(l ->
            l.set(ListenerConfig.HIDE_EXTENSIONS, List.of("DSN"))
                .set(
                    ListenerConfig.HIDE_EXTENSIONS_FOR,
                    List.of(
                        HiddenExtensions.of(Cidr.parse("192.0.2.1"), List.of()),
                        HiddenExtensions.of(
                            Cidr.parse("192.0.2.0/24"), List.of("PIPELINING", "DSN")))));

    assertThat(listener.hiddenExtensions(InetAddress.getByName("192.0.2.1"))).isEmpty();
    assertThat(listener.hiddenExtensions(InetAddress.getByName("192.0.2.2")))
        .containsExactly("PIPELINING", "DSN");
    assertThat(listener.hiddenExtensions(InetAddress.getByName("192.0.3.1")))
        .containsExactly("DSN");
  }
}
