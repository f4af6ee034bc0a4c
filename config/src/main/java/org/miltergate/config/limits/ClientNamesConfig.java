package org.miltergate.config.limits;

import static org.miltergate.config.setting.Forms.limit;
import static org.miltergate.config.setting.Forms.number;
import static org.miltergate.config.setting.Forms.pause;

import java.time.Duration;
import java.util.List;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;
import org.miltergate.net.IpText;

/**
 * How clients get their names.
 *
 * <p>Immutable and thread-safe.
 */
public record ClientNamesConfig(Values<ClientNamesConfig> values)
    implements Settings<ClientNamesConfig> {
  private static final Rows<ClientNamesConfig> ROWS = new Rows<>();

  public static final Setting<ClientNamesConfig, Boolean> LOOKUP =
      ROWS.add("lookup", Forms.BOOLEAN, true)
          .postfix("smtpd_peername_lookup")
          .means("false: every client is \"unknown\"");

  public static final Setting<ClientNamesConfig, Duration> TIMEOUT =
      ROWS.add("timeout", limit(), Duration.ofSeconds(5))
          .means("for a whole lookup, forward and reverse");

  public static final Setting<ClientNamesConfig, Duration> CACHE_TIME =
      ROWS.add("cache-time", pause(), Duration.ofMinutes(5)).means("no longer than DNS says");

  public static final Setting<ClientNamesConfig, Integer> CACHE_SIZE =
      ROWS.add("cache-size", number(0, 10_000_000), 10_000).means("names that are kept");

  public static final Setting<ClientNamesConfig, Integer> CONCURRENT =
      ROWS.add("concurrent", number(1, 100_000), 100)
          .means("lookups at the same time; further clients are \"unknown\"");

  /** Addresses of recursive name servers, asked one after another. */
  public static final Setting<ClientNamesConfig, List<HostPort>> SERVERS =
      ROWS.add("servers", ListForm.of(Forms.HOST_PORT), List.of())
          .checked(ClientNamesConfig::requireAddresses)
          .means("such as 127.0.0.1:53; none: those of the system");

  public static final ClientNamesConfig DEFAULT = ROWS.table(ClientNamesConfig::new).defaults();

  private static List<HostPort> requireAddresses(String key, List<HostPort> servers) {
    for (HostPort server : servers) {
      if (IpText.parse(server.host()).isEmpty()) {
        throw new InvalidSettingException(
            key, "'" + server + "' is not an address; write one such as 127.0.0.1:53");
      }
    }
    return servers;
  }

  /** Returns whether DNS is used at all. */
  public boolean lookup() {
    return get(LOOKUP);
  }

  public Duration timeout() {
    return get(TIMEOUT);
  }

  /** Returns how long a result is cached at most; zero for not at all. */
  public Duration cacheTime() {
    return get(CACHE_TIME);
  }

  public int cacheSize() {
    return get(CACHE_SIZE);
  }

  public int concurrent() {
    return get(CONCURRENT);
  }

  public List<HostPort> servers() {
    return get(SERVERS);
  }
}
