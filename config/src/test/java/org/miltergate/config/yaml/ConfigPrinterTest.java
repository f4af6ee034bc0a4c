package org.miltergate.config.yaml;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.miltergate.address.DomainPattern;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.MacroConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.net.Endpoint;

@Tag("slow")
class ConfigPrinterTest {
  private static final ConfigReader READER = new ConfigReader(name -> Optional.empty());

  @Test
  void printsWhatDiffersFromTheDefaults() {
    MilterConfig milter =
        MilterConfig.of("opendkim", Endpoint.parse("inet:8891@127.0.0.1"))
            .with(MilterConfig.DEFAULT_ACTION, FailurePolicy.ACCEPT);
    GatewayConfig config =
        GatewayConfig.DEFAULT.with(c ->
            c.set(GatewayConfig.HOSTNAME, "mx.example.org")
                .set(GatewayConfig.CHAIN, ChainConfig.of(milter))
                .set(GatewayConfig.NEXT_HOP, NextHopConfig.parse("smtp://127.0.0.1:10025"))
                .set(
                    GatewayConfig.LIMITS,
                    GatewayConfig.DEFAULT.limits().with(LimitsConfig.MESSAGE_SIZE, 30L << 20))
                .set(
                    GatewayConfig.POLICY,
                    GatewayConfig.DEFAULT
                        .policy()
                        .with(
                            PolicyConfig.RELAY_DOMAINS,
                            List.of(DomainPattern.parse("*.example.org"))))
                .set(
                    GatewayConfig.MACROS,
                    GatewayConfig.DEFAULT.macros().with(MacroConfig.V, "1.0 ${X}")));

    assertThat(ConfigPrinter.printChanged(config))
        .isEqualTo(
            """
            hostname: mx.example.org
            chain:
              - name: opendkim
                address: inet:127.0.0.1:8891
                default-action: accept
            next-hop: smtp://127.0.0.1:10025
            policy:
              relay-domains:
                - .example.org
            limits:
              message-size: 30MiB
            macros:
              v: 1.0 $${X}
            """);
  }

  @Test
  void saysSoIfNothingDiffers() {
    assertThat(ConfigPrinter.printChanged(GatewayConfig.DEFAULT))
        .isEqualTo("# All settings have their defaults.\n");
  }

  @Test
  void hidesSecretsAndTakesNoHiddenOne() {
    String text =
        """
        listeners:
          - address: 127.0.0.1:2525
            tls:
              certificate: mx.p12
              password: sesame
        auth:
          users:
            - name: alice
              password: %s
        next-hop:
          address: smtp://localhost:25
          username: gateway
          password: sesame
        """;
    String key = "bm90IHRoZSBoYXNoIG9mIGEgcGFzc3dvcmQsIDEyMzQ=";
    String hash = "SCRAM-SHA-256$4096:c2FsdHNhbHQ=$" + key + ":" + key;
    GatewayConfig config = read(text.formatted(hash));

    String hidden = text.formatted("sesame").replace("sesame", "'********'");
    assertThat(ConfigPrinter.printChanged(config)).isEqualTo(hidden);
    assertThat(ConfigPrinter.print(config)).doesNotContain("sesame", key);
    assertThat(config.toString()).doesNotContain("sesame", key);
    assertThat(READER.read("printed", hidden)).isInstanceOf(ConfigResult.Invalid.class);
  }

  static List<Long> seeds() {
    return new SplittableRandom(20).longs(200).boxed().toList();
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void whatIsPrintedReadsBackToTheSame(long seed) {
    GatewayConfig config = new RandomConfig(seed).gateway();

    assertThat(read(ConfigPrinter.print(config))).isEqualTo(config);
    assertThat(read(ConfigPrinter.printChanged(config))).isEqualTo(config);
  }

  private static GatewayConfig read(String text) {
    ConfigResult result = READER.read("printed", text);
    assertThat(result).isInstanceOf(ConfigResult.Valid.class);
    return ((ConfigResult.Valid) result).config();
  }
}
