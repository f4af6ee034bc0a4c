package org.miltergate.config.limits;

import java.time.Duration;
import java.util.List;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.net.IpText;

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
 * @param servers recursive name servers by their addresses, asked in turn; default none, for those
 *     of the system
 */
public record ClientNamesConfig(
    boolean lookup,
    Duration timeout,
    Duration cacheTime,
    int cacheSize,
    int concurrent,
    List<HostPort> servers) {
  public static final ClientNamesConfig DEFAULT =
      new ClientNamesConfig(
          true, Duration.ofSeconds(5), Duration.ofMinutes(5), 10_000, 100, List.of());

  public ClientNamesConfig {
    Check.limit("timeout", timeout);
    Check.pause("cache-time", cacheTime);
    Check.range("cache-size", cacheSize, 0, 10_000_000);
    Check.range("concurrent", concurrent, 1, 100_000);
    servers = List.copyOf(servers);
    for (HostPort server : servers) {
      if (IpText.parse(server.host()).isEmpty()) {
        throw new InvalidSettingException(
            "servers", "'" + server + "' is no address; write one such as 127.0.0.1:53");
      }
    }
  }

  public ClientNamesConfig withLookup(boolean value) {
    return new ClientNamesConfig(value, timeout, cacheTime, cacheSize, concurrent, servers);
  }

  public ClientNamesConfig withTimeout(Duration value) {
    return new ClientNamesConfig(lookup, value, cacheTime, cacheSize, concurrent, servers);
  }

  public ClientNamesConfig withCacheTime(Duration value) {
    return new ClientNamesConfig(lookup, timeout, value, cacheSize, concurrent, servers);
  }

  public ClientNamesConfig withCacheSize(int value) {
    return new ClientNamesConfig(lookup, timeout, cacheTime, value, concurrent, servers);
  }

  public ClientNamesConfig withConcurrent(int value) {
    return new ClientNamesConfig(lookup, timeout, cacheTime, cacheSize, value, servers);
  }

  public ClientNamesConfig withServers(List<HostPort> value) {
    return new ClientNamesConfig(lookup, timeout, cacheTime, cacheSize, concurrent, value);
  }
}
