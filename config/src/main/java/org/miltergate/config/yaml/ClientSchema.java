package org.miltergate.config.yaml;

import java.util.function.BiFunction;
import java.util.function.Function;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;

/** The keys of the sections {@code client-names} and {@code rates}. */
final class ClientSchema {
  static final RecordShape<ClientNamesConfig> NAMES =
      RecordShape.of(ClientNamesConfig.DEFAULT)
          .key("lookup", Scalars.BOOLEAN, ClientNamesConfig::lookup, ClientNamesConfig::withLookup)
          .key(
              "timeout",
              Scalars.DURATION,
              ClientNamesConfig::timeout,
              ClientNamesConfig::withTimeout)
          .key(
              "cache-time",
              Scalars.DURATION,
              ClientNamesConfig::cacheTime,
              ClientNamesConfig::withCacheTime)
          .key(
              "cache-size",
              Scalars.INT,
              ClientNamesConfig::cacheSize,
              ClientNamesConfig::withCacheSize)
          .key(
              "concurrent",
              Scalars.INT,
              ClientNamesConfig::concurrent,
              ClientNamesConfig::withConcurrent)
          .key(
              "servers",
              ListShape.of(Scalars.HOST_PORT),
              ClientNamesConfig::servers,
              ClientNamesConfig::withServers);

  static final RecordShape<RatesConfig> RATES =
      RecordShape.of(RatesConfig.DEFAULT)
          .key("period", Scalars.DURATION, RatesConfig::period, RatesConfig::withPeriod)
          .key(
              "client",
              limits(RatesConfig.DEFAULT.client()),
              RatesConfig::client,
              RatesConfig::withClient)
          .key(
              "network",
              limits(RatesConfig.DEFAULT.network()),
              RatesConfig::network,
              RatesConfig::withNetwork)
          .key(
              "account-auth-failures",
              Scalars.INT,
              RatesConfig::accountAuthFailures,
              RatesConfig::withAccountAuthFailures)
          .key("except", ListShape.of(Scalars.CIDR), RatesConfig::except, RatesConfig::withExcept)
          .key("tracked", Scalars.INT, RatesConfig::tracked, RatesConfig::withTracked);

  private ClientSchema() {}

  private static RecordShape<RateLimits> limits(RateLimits defaults) {
    RecordShape<RateLimits> shape = RecordShape.of(defaults);
    shape = limit(shape, "connections", RateLimits::connections, RateLimits::withConnections);
    shape = limit(shape, "messages", RateLimits::messages, RateLimits::withMessages);
    shape = limit(shape, "recipients", RateLimits::recipients, RateLimits::withRecipients);
    shape = limit(shape, "errors", RateLimits::errors, RateLimits::withErrors);
    return limit(shape, "auth-failures", RateLimits::authFailures, RateLimits::withAuthFailures);
  }

  private static RecordShape<RateLimits> limit(
      RecordShape<RateLimits> shape,
      String name,
      Function<RateLimits, Integer> get,
      BiFunction<RateLimits, Integer, RateLimits> with) {
    return shape.key(name, Scalars.INT, get, with);
  }
}
