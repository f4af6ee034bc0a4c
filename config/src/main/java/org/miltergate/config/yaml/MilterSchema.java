package org.miltergate.config.yaml;

import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.miltergate.config.MilterConfig;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.UnagreedEdits;

/** The keys of one milter: Postfix's {@code milter_*} without that prefix where it has one. */
final class MilterSchema {
  static final RecordShape<MilterConfig> MILTER =
      RecordShape.of(MilterConfig.DEFAULT)
          .required("name", Scalars.LABEL, MilterConfig::name, setter(MilterConfig.Builder::name))
          .required(
              "address",
              Scalars.MILTER_ADDRESS,
              MilterConfig::address,
              setter(MilterConfig.Builder::address))
          .key(
              "connect-timeout",
              Scalars.DURATION,
              MilterConfig::connectTimeout,
              setter(MilterConfig.Builder::connectTimeout))
          .key(
              "command-timeout",
              Scalars.DURATION,
              MilterConfig::commandTimeout,
              setter(MilterConfig.Builder::commandTimeout))
          .key(
              "content-timeout",
              Scalars.DURATION,
              MilterConfig::contentTimeout,
              setter(MilterConfig.Builder::contentTimeout))
          .key(
              "end-of-message-timeout",
              Scalars.DURATION,
              MilterConfig::endOfMessageTimeout,
              setter(MilterConfig.Builder::endOfMessageTimeout))
          .key(
              "default-action",
              ScalarShape.ofEnum(FailurePolicy.class),
              MilterConfig::defaultAction,
              setter(MilterConfig.Builder::defaultAction))
          .key(
              "unagreed-edits",
              ScalarShape.ofEnum(UnagreedEdits.class),
              MilterConfig::unagreedEdits,
              setter(MilterConfig.Builder::unagreedEdits))
          .key(
              "protocol",
              Scalars.INT,
              MilterConfig::protocol,
              setter(MilterConfig.Builder::protocol))
          .key(
              "max-edits",
              Scalars.INT,
              MilterConfig::maxEdits,
              setter(MilterConfig.Builder::maxEdits))
          .key(
              "max-edit-size",
              Scalars.SIZE,
              MilterConfig::maxEditBytes,
              setter(MilterConfig.Builder::maxEditBytes))
          .key(
              "pipeline",
              Scalars.BOOLEAN,
              MilterConfig::pipeline,
              setter(MilterConfig.Builder::pipeline));

  static final ListShape<MilterConfig> CHAIN =
      ListShape.of(MILTER).differingIn("name", milter -> Optional.of(milter.name()));

  private MilterSchema() {}

  private static <V> BiFunction<MilterConfig, V, MilterConfig> setter(
      BiConsumer<MilterConfig.Builder, V> set) {
    return (milter, value) -> milter.with(builder -> set.accept(builder, value));
  }
}
