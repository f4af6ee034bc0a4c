package org.miltergate.config.limits;

import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.miltergate.address.Cidr;
import org.miltergate.config.setting.Check;

/**
 * What clients may do in a period of time.
 *
 * @param period above zero; Postfix {@code anvil_rate_time_unit}; default 60 s
 * @param client limits of one IPv4 address, or of one IPv6 network with a prefix of 64 bits;
 *     default 10 wrong passwords
 * @param network limits of one IPv4 network with a prefix of 24 bits, or of one IPv6 network with
 *     48; default 100 wrong passwords
 * @param accountAuthFailures wrong passwords for one user name from all clients together, except
 *     those that have logged in to it before; 0 (no limit) to 1,000,000,000; default 20
 * @param except networks that are not counted, beside {@code policy.trusted-networks}; Postfix
 *     {@code smtpd_client_event_limit_exceptions}; default none
 * @param tracked clients and networks that are counted at the same time, 1,000 to 10,000,000; those
 *     not seen for longest are forgotten; default 100,000
 */
public record RatesConfig(
    Duration period,
    RateLimits client,
    RateLimits network,
    int accountAuthFailures,
    List<Cidr> except,
    int tracked) {
  public static final RatesConfig DEFAULT =
      new RatesConfig(
          Duration.ofSeconds(60),
          RateLimits.ofAuthFailures(10),
          RateLimits.ofAuthFailures(100),
          20,
          List.of(),
          100_000);

  public RatesConfig {
    Check.limit("period", period);
    Objects.requireNonNull(client, "client");
    Objects.requireNonNull(network, "network");
    Check.range("account-auth-failures", accountAuthFailures, 0, 1_000_000_000);
    except = List.copyOf(except);
    Check.range("tracked", tracked, 1000, 10_000_000);
  }

  /** Tells whether {@code client} is in a network that is not counted. */
  public boolean isExcepted(InetAddress client) {
    return except.stream().anyMatch(one -> one.matches(client));
  }

  public RatesConfig withPeriod(Duration value) {
    return new RatesConfig(value, client, network, accountAuthFailures, except, tracked);
  }

  public RatesConfig withClient(RateLimits value) {
    return new RatesConfig(period, value, network, accountAuthFailures, except, tracked);
  }

  public RatesConfig withNetwork(RateLimits value) {
    return new RatesConfig(period, client, value, accountAuthFailures, except, tracked);
  }

  public RatesConfig withAccountAuthFailures(int value) {
    return new RatesConfig(period, client, network, value, except, tracked);
  }

  public RatesConfig withExcept(List<Cidr> value) {
    return new RatesConfig(period, client, network, accountAuthFailures, value, tracked);
  }

  public RatesConfig withTracked(int value) {
    return new RatesConfig(period, client, network, accountAuthFailures, except, value);
  }
}
