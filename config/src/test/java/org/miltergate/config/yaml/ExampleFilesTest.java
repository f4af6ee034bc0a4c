package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.address.HostPort;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.setting.Detail;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.net.Endpoint;

class ExampleFilesTest {
  private static final Pattern KEY = Pattern.compile("^[# ]*(?:- )?([a-z-]+):(?: |$)");
  private static final Pattern COMMENTED_SETTING =
      Pattern.compile("# *(?:- )?(?:\"\\{)?[a-z_-]+(?:}\")?:(?: .*)?|# *- \\S+( +#.*)?");

  private final ConfigReader reader = new ConfigReader(name -> Optional.empty());

  @Test
  void annotatedExampleWorksAsItIs() {
    assertThat(read(ExampleConfig.text())).isEqualTo(GatewayConfig.DEFAULT);
  }

  @Test
  void annotatedExampleNamesEveryKey() {
    GatewayConfig every =
        GatewayConfig.DEFAULT.with(config ->
            config
                .set(
                    GatewayConfig.CHAIN,
                    config().chain().with(ChainConfig.MILTERS, List.of(MilterConfig.DEFAULT)))
                .set(GatewayConfig.NEXT_HOP, NextHopConfig.parse("smtp://localhost:25")));
    Set<String> keys = keys(ConfigPrinter.print(every));

    assertThat(keys(ExampleConfig.text())).containsAll(keys);
  }

  /** So that a default that is changed in the code is changed in the example, too. */
  @Test
  void commentedSettingsOfTheAnnotatedExampleAreTheDefaults() {
    GatewayConfig config = read(withoutCommentSigns(ExampleConfig.text()));

    assertThat(config.rates()).isEqualTo(GatewayConfig.DEFAULT.rates());
    assertThat(config.clientNames()).isEqualTo(GatewayConfig.DEFAULT.clientNames());
    assertThat(config.delivery()).isEqualTo(GatewayConfig.DEFAULT.delivery());
    assertThat(config.limits()).isEqualTo(GatewayConfig.DEFAULT.limits());
    assertThat(config.quarantine()).isEqualTo(GatewayConfig.DEFAULT.quarantine());
    assertThat(config.log()).isEqualTo(GatewayConfig.DEFAULT.log());
    assertThat(config.bareNewlines()).isEqualTo(GatewayConfig.DEFAULT.bareNewlines());
    assertThat(config.spoolDirectory()).isEqualTo(GatewayConfig.DEFAULT.spoolDirectory());
    assertThat(config.shutdownTimeout()).isEqualTo(GatewayConfig.DEFAULT.shutdownTimeout());
    assertThat(config.chain().preData()).isEqualTo(GatewayConfig.DEFAULT.chain().preData());
    assertThat(config.macros().daemonName()).isEmpty();
    assertThat(config.chain().milters())
        .containsExactly(
            MilterConfig.of("opendkim", Endpoint.parse("inet:127.0.0.1:8891")),
            MilterConfig.of("rspamd", Endpoint.parse("unix:/run/rspamd/milter.sock")));
    assertThat(config.nextHop())
        .isEqualTo(NextHopConfig.Smtp.of(HostPort.parse("127.0.0.1:10025")));
    assertThat(config.policy().relayDomains()).hasSize(2);
    assertThat(config.policy().refusedRecipients()).hasSize(2);
    assertThat(config.listeners()).hasSize(2);
    assertThat(config.listeners().getFirst()).isEqualTo(ListenerConfig.DEFAULT);
    assertThat(config.listeners().getLast().tls())
        .isEqualTo(TlsServerConfig.of(TlsMode.STARTTLS, Path.of("/etc/ssl/mx.pem")));
    assertThat(config.auth().users()).hasSize(1);
    assertThat(config.auth().with(AuthConfig.USERS, List.of())).isEqualTo(AuthConfig.DEFAULT);
  }

  static Stream<Path> examples() throws IOException {
    try (Stream<Path> files = Files.list(Path.of("examples"))) {
      return files.sorted().toList().stream();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("examples")
  void exampleIsValidWithoutAnyVariable(Path file) {
    ConfigResult result = reader.read(file);

    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    assertThat(((ConfigResult.Valid) result).warnings()).isEmpty();
  }

  private static GatewayConfig config() {
    return GatewayConfig.DEFAULT;
  }

  private GatewayConfig read(String text) {
    ConfigResult result = reader.read("example", text);
    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).config();
  }

  private static Set<String> keys(String yaml) {
    Set<String> keys = new TreeSet<>();
    yaml.lines()
        .map(KEY::matcher)
        .filter(Matcher::find)
        .forEach(matcher -> keys.add(matcher.group(1)));
    return keys;
  }

  /**
   * Makes settings of the comments that are some. Those of the outermost level lose the sign and a
   * blank; those inside of a part only the sign, for which they have been moved out.
   */
  private static String withoutCommentSigns(String example) {
    Set<String> outermost = GatewayConfig.FORM.tree(config(), Detail.WHOLE).keySet();
    StringBuilder out = new StringBuilder();
    boolean outer = false;
    for (String line : example.lines().toList()) {
      if (!line.startsWith("#")) {
        outer = false;
        boolean replaced = line.startsWith("next-hop:");
        out.append(replaced ? "" : line.replaceFirst("^  # (?=- |  [a-z]+:)", "    "));
      } else if (COMMENTED_SETTING.matcher(line).matches() && !line.startsWith("# v:")) {
        String key = line.substring(2).replaceFirst(":.*", "");
        outer = outermost.contains(key) || (outer && line.startsWith("#   "));
        out.append(outer ? line.substring(2) : " " + line.substring(1));
      }
      out.append('\n');
    }
    return out.toString();
  }
}
