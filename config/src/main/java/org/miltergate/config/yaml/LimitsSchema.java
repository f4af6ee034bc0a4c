package org.miltergate.config.yaml;

import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.LoadConfig;

/**
 * The keys of limits and load: Postfix's without {@code smtpd_} and {@code _limit} where it has
 * one.
 */
final class LimitsSchema {
  static final RecordShape<LimitsConfig> LIMITS =
      RecordShape.of(LimitsConfig.DEFAULT)
          .key(
              "message-size",
              Scalars.SIZE,
              LimitsConfig::maxMessageBytes,
              setter(LimitsConfig.Builder::maxMessageBytes))
          .key(
              "header-size",
              Scalars.INT_SIZE,
              LimitsConfig::maxHeaderBytes,
              setter(LimitsConfig.Builder::maxHeaderBytes))
          .key(
              "header-fields",
              Scalars.INT,
              LimitsConfig::maxHeaderFields,
              setter(LimitsConfig.Builder::maxHeaderFields))
          .key(
              "memory",
              Scalars.SIZE,
              LimitsConfig::memoryBytes,
              setter(LimitsConfig.Builder::memoryBytes))
          .key(
              "body-memory",
              Scalars.INT_SIZE,
              LimitsConfig::maxBodyMemoryBytes,
              setter(LimitsConfig.Builder::maxBodyMemoryBytes))
          .key(
              "line-length",
              Scalars.INT_SIZE,
              LimitsConfig::maxLineBytes,
              setter(LimitsConfig.Builder::maxLineBytes))
          .key(
              "path-length",
              Scalars.INT_SIZE,
              LimitsConfig::maxPathBytes,
              setter(LimitsConfig.Builder::maxPathBytes))
          .key(
              "arguments-length",
              Scalars.INT_SIZE,
              LimitsConfig::maxArgumentBytes,
              setter(LimitsConfig.Builder::maxArgumentBytes))
          .key(
              "envelope-size",
              Scalars.INT_SIZE,
              LimitsConfig::maxEnvelopeBytes,
              setter(LimitsConfig.Builder::maxEnvelopeBytes))
          .key(
              "recipients",
              Scalars.INT,
              LimitsConfig::maxRecipients,
              setter(LimitsConfig.Builder::maxRecipients))
          .key(
              "sessions",
              Scalars.INT,
              LimitsConfig::maxSessions,
              setter(LimitsConfig.Builder::maxSessions))
          .key(
              "sessions-per-client",
              Scalars.INT,
              LimitsConfig::maxSessionsPerClient,
              setter(LimitsConfig.Builder::maxSessionsPerClient))
          .key(
              "soft-errors",
              Scalars.INT,
              LimitsConfig::softErrors,
              setter(LimitsConfig.Builder::softErrors))
          .key(
              "hard-errors",
              Scalars.INT,
              LimitsConfig::hardErrors,
              setter(LimitsConfig.Builder::hardErrors))
          .key(
              "error-delay",
              Scalars.DURATION,
              LimitsConfig::errorDelay,
              setter(LimitsConfig.Builder::errorDelay))
          .key(
              "greet-delay",
              Scalars.DURATION,
              LimitsConfig::greetDelay,
              setter(LimitsConfig.Builder::greetDelay))
          .key("hops", Scalars.INT, LimitsConfig::maxHops, setter(LimitsConfig.Builder::maxHops))
          .key(
              "own-hops",
              Scalars.INT,
              LimitsConfig::maxOwnHops,
              setter(LimitsConfig.Builder::maxOwnHops))
          .key(
              "command-timeout",
              Scalars.DURATION,
              LimitsConfig::commandTimeout,
              setter(LimitsConfig.Builder::commandTimeout))
          .key(
              "data-timeout",
              Scalars.DURATION,
              LimitsConfig::dataTimeout,
              setter(LimitsConfig.Builder::dataTimeout))
          .key(
              "reply-timeout",
              Scalars.DURATION,
              LimitsConfig::replyTimeout,
              setter(LimitsConfig.Builder::replyTimeout));

  static final RecordShape<LoadConfig> LOAD =
      RecordShape.of(LoadConfig.DEFAULT)
          .key(
              "reserved-sessions",
              Scalars.INT,
              LoadConfig::reservedSessions,
              LoadConfig::withReservedSessions)
          .key(
              "stress-sessions",
              Scalars.INT,
              LoadConfig::stressSessions,
              LoadConfig::withStressSessions)
          .key(
              "stress-timeout",
              Scalars.DURATION,
              LoadConfig::stressTimeout,
              LoadConfig::withStressTimeout)
          .key(
              "stress-hard-errors",
              Scalars.INT,
              LoadConfig::stressHardErrors,
              LoadConfig::withStressHardErrors)
          .key("min-data-rate", Scalars.INT, LoadConfig::minDataRate, LoadConfig::withMinDataRate);

  private LimitsSchema() {}

  private static <V> BiFunction<LimitsConfig, V, LimitsConfig> setter(
      BiConsumer<LimitsConfig.Builder, V> set) {
    return (limits, value) -> limits.with(builder -> set.accept(builder, value));
  }
}
