package org.miltergate.config.limits;

import static org.miltergate.config.setting.Forms.limit;
import static org.miltergate.config.setting.Forms.number;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import org.miltergate.address.Cidr;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * What clients may do in a period of time.
 *
 * <p>Immutable and thread-safe.
 */
public record RatesConfig(Values<RatesConfig> values) implements Settings<RatesConfig> {
  private static final RateLimits OF_CLIENT = RateLimits.ofAuthFailures(10);
  private static final RateLimits OF_NETWORK = RateLimits.ofAuthFailures(100);

  private static final Rows<RatesConfig> ROWS = new Rows<>();

  public static final Setting<RatesConfig, Duration> PERIOD =
      ROWS.add("period", limit(), Duration.ofSeconds(60)).postfix("anvil_rate_time_unit").means("");

  public static final Setting<RatesConfig, RateLimits> CLIENT =
      ROWS.add("client", RecordForm.of(OF_CLIENT), OF_CLIENT)
          .means("one IPv4 address, or an IPv6 network of 64 bits");

  public static final Setting<RatesConfig, RateLimits> NETWORK =
      ROWS.add("network", RecordForm.of(OF_NETWORK), OF_NETWORK)
          .means("an IPv4 network of 24 bits, or an IPv6 network of 48 bits");

  /** Clients that have logged in to the account before are not counted. */
  public static final Setting<RatesConfig, Integer> ACCOUNT_AUTH_FAILURES =
      ROWS.add("account-auth-failures", number(0, 1_000_000_000), 20)
          .means("wrong passwords for one user name, from all clients together");

  /** In addition to the trusted networks. */
  public static final Setting<RatesConfig, List<Cidr>> EXCEPT =
      ROWS.add("except", ListForm.of(Forms.CIDR), List.of())
          .postfix("smtpd_client_event_limit_exceptions")
          .means("networks that are not counted");

  /** The least recently seen are forgotten. */
  public static final Setting<RatesConfig, Integer> TRACKED =
      ROWS.add("tracked", number(1000, 10_000_000), 100_000)
          .means("clients and networks counted at the same time");

  public static final RatesConfig DEFAULT = ROWS.table(RatesConfig::new).defaults();

  public Duration period() {
    return get(PERIOD);
  }

  public RateLimits client() {
    return get(CLIENT);
  }

  public RateLimits network() {
    return get(NETWORK);
  }

  public int accountAuthFailures() {
    return get(ACCOUNT_AUTH_FAILURES);
  }

  public List<Cidr> except() {
    return get(EXCEPT);
  }

  public int tracked() {
    return get(TRACKED);
  }

  /** Returns whether {@code client} is in a network that is not counted. */
  public boolean isExcepted(InetAddress client) {
    return Cidr.anyMatches(except(), client);
  }
}
