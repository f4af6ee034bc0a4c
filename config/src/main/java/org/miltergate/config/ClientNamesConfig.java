package org.miltergate.config;

import java.time.Duration;
import java.util.Objects;

/**
 * How the host names of SMTP clients are found.
 *
 * @param lookup whether the DNS is asked at all; Postfix {@code smtpd_peername_lookup}, default
 *     {@code ON}. Without it every client is {@code unknown}
 * @param timeout for the look-ups of one client together; then it is {@code unknown}. Default 5 s
 * @param cacheEntries how many answers are remembered, 0 to 1,000,000; default 10,000
 * @param cacheTime how long each is; default 5 min
 */
public record ClientNamesConfig(
    Switch lookup, Duration timeout, int cacheEntries, Duration cacheTime) {
  public static final ClientNamesConfig DEFAULT =
      new ClientNamesConfig(Switch.ON, Duration.ofSeconds(5), 10_000, Duration.ofMinutes(5));

  private static final int MOST_ENTRIES = 1_000_000;

  public ClientNamesConfig {
    Objects.requireNonNull(lookup, "lookup");
    Check.limit("timeout", timeout);
    Check.range("cache-entries", cacheEntries, 0, MOST_ENTRIES);
    Check.limit("cache-time", cacheTime);
  }

  public ClientNamesConfig withLookup(Switch value) {
    return new ClientNamesConfig(value, timeout, cacheEntries, cacheTime);
  }

  public ClientNamesConfig withTimeout(Duration value) {
    return new ClientNamesConfig(lookup, value, cacheEntries, cacheTime);
  }

  public ClientNamesConfig withCacheEntries(int value) {
    return new ClientNamesConfig(lookup, timeout, value, cacheTime);
  }

  public ClientNamesConfig withCacheTime(Duration value) {
    return new ClientNamesConfig(lookup, timeout, cacheEntries, value);
  }
}
