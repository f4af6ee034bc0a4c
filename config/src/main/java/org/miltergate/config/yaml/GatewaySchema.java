package org.miltergate.config.yaml;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.DeliveryConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.PreData;
import org.miltergate.config.RecipientCheck;

/** The keys of a whole file, for reader and printer alike; they are printed in this order. */
final class GatewaySchema {
  static final RecordShape<GatewayConfig> SHAPE =
      RecordShape.of(GatewayConfig.DEFAULT)
          .key(
              "hostname",
              Scalars.HOST_NAME,
              GatewayConfig::hostname,
              setter(GatewayConfig.Builder::hostname))
          .key(
              "listeners",
              ListenerSchema.LISTENERS,
              GatewayConfig::listeners,
              setter(GatewayConfig.Builder::listeners))
          .key("auth", AuthSchema.AUTH, GatewayConfig::auth, setter(GatewayConfig.Builder::auth))
          .key(
              "chain",
              MilterSchema.CHAIN,
              config -> config.chain().milters(),
              (config, milters) -> config.with(b -> b.chain(config.chain().withMilters(milters))))
          .key(
              "pre-data",
              ScalarShape.ofEnum(PreData.class),
              config -> config.chain().preData(),
              (config, order) -> config.with(b -> b.chain(config.chain().withPreData(order))))
          .key(
              "next-hop",
              new NextHopShape(),
              GatewayConfig::nextHop,
              setter(GatewayConfig.Builder::nextHop))
          .key(
              "recipient-check",
              ScalarShape.ofEnum(RecipientCheck.class),
              config -> config.delivery().recipientCheck(),
              delivery(DeliveryConfig::withRecipientCheck))
          .key(
              "recipient-check-cache",
              Scalars.DURATION,
              config -> config.delivery().recipientCheckCache(),
              delivery(DeliveryConfig::withRecipientCheckCache))
          .key(
              "bounce-size",
              Scalars.INT_SIZE,
              config -> config.delivery().bounceBytes(),
              delivery(DeliveryConfig::withBounceBytes))
          .key(
              "policy",
              PartSchemas.POLICY,
              GatewayConfig::policy,
              setter(GatewayConfig.Builder::policy))
          .key(
              "limits",
              LimitsSchema.LIMITS,
              GatewayConfig::limits,
              setter(GatewayConfig.Builder::limits))
          .key("load", LimitsSchema.LOAD, GatewayConfig::load, setter(GatewayConfig.Builder::load))
          .key(
              "rates",
              ClientSchema.RATES,
              GatewayConfig::rates,
              setter(GatewayConfig.Builder::rates))
          .key(
              "client-names",
              ClientSchema.NAMES,
              GatewayConfig::clientNames,
              setter(GatewayConfig.Builder::clientNames))
          .key(
              "quarantine",
              PartSchemas.QUARANTINE,
              GatewayConfig::quarantine,
              setter(GatewayConfig.Builder::quarantine))
          .key(
              "macros",
              PartSchemas.MACROS,
              GatewayConfig::macros,
              setter(GatewayConfig.Builder::macros))
          .key(
              "drop-headers",
              ListShape.of(Scalars.FIELD_NAME),
              GatewayConfig::dropHeaders,
              setter(GatewayConfig.Builder::dropHeaders))
          .key(
              "bare-newlines",
              ScalarShape.ofEnum(BareNewlines.class),
              GatewayConfig::bareNewlines,
              setter(GatewayConfig.Builder::bareNewlines))
          .key(
              "bare-newlines-except",
              ListShape.of(Scalars.CIDR),
              GatewayConfig::networksOfBareNewlines,
              setter(GatewayConfig.Builder::bareNewlinesExcept))
          .key(
              "spool-directory",
              Scalars.PATH,
              GatewayConfig::spoolDirectory,
              setter(GatewayConfig.Builder::spoolDirectory))
          .key(
              "shutdown-timeout",
              Scalars.DURATION,
              GatewayConfig::shutdownTimeout,
              setter(GatewayConfig.Builder::shutdownTimeout))
          .key("log", PartSchemas.LOG, GatewayConfig::log, setter(GatewayConfig.Builder::log));

  private GatewaySchema() {}

  private static <V> BiFunction<GatewayConfig, V, GatewayConfig> delivery(
      BiFunction<DeliveryConfig, V, DeliveryConfig> with) {
    return (config, value) ->
        config.with(builder -> builder.delivery(with.apply(config.delivery(), value)));
  }

  private static <V> BiFunction<GatewayConfig, V, GatewayConfig> setter(
      BiConsumer<GatewayConfig.Builder, V> set) {
    return (config, value) -> config.with(builder -> set.accept(builder, value));
  }
}
