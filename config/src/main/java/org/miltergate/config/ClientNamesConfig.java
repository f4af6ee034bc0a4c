package org.miltergate.config;

import java.time.Duration;

/**
 * How clients get their names.
 *
 * @param lookup whether DNS is asked at all; Postfix {@code smtpd_peername_lookup}; default yes
 * @param timeout for a whole look-up, there and back; above zero; default 5 s
 * @param cacheTime how long an answer holds, no longer than DNS says; 0 for not at all; default 5
 *     min
 * @param cacheSize answers that are kept, 0 to 10,000,000; default 10,000
 * @param concurrent look-ups at the same time, 1 to 100,000; a client beyond has no name; default
 *     100
 */
public record ClientNamesConfig(
    boolean lookup, Duration timeout, Duration cacheTime, int cacheSize, int concurrent) {
  public static final ClientNamesConfig DEFAULT =
      new ClientNamesConfig(true, Duration.ofSeconds(5), Duration.ofMinutes(5), 10_000, 100);

  public ClientNamesConfig {
    Check.limit("timeout", timeout);
    Check.pause("cache-time", cacheTime);
    Check.range("cache-size", cacheSize, 0, 10_000_000);
    Check.range("concurrent", concurrent, 1, 100_000);
  }

  public ClientNamesConfig withLookup(boolean value) {
    return new ClientNamesConfig(value, timeout, cacheTime, cacheSize, concurrent);
  }

  public ClientNamesConfig withTimeout(Duration value) {
    return new ClientNamesConfig(lookup, value, cacheTime, cacheSize, concurrent);
  }

  public ClientNamesConfig withCacheTime(Duration value) {
    return new ClientNamesConfig(lookup, timeout, value, cacheSize, concurrent);
  }

  public ClientNamesConfig withCacheSize(int value) {
    return new ClientNamesConfig(lookup, timeout, cacheTime, value, concurrent);
  }

  public ClientNamesConfig withConcurrent(int value) {
    return new ClientNamesConfig(lookup, timeout, cacheTime, cacheSize, value);
  }
}
