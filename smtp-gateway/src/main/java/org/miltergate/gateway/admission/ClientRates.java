package org.miltergate.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.gateway.auth.LoginAttempts;
import org.miltergate.milter.bytes.Bytes;

/**
 * Counts the events of clients and their networks in a period of time.
 *
 * <p>A client is an IPv4 address or an IPv6 network of 64 bits; its network has 24 or 48 bits. A
 * period begins with the first event, and the count begins again after its end. The settings limit
 * the number of clients and networks that are tracked; the least active are forgotten first.
 * Trusted clients and those of the exceptions are not counted.
 *
 * <p>Thread-safe.
 *
 * @see "postfix src/anvil/anvil.c"
 */
public final class ClientRates implements AuthFailures {
  private static final int IPV4_NETWORK_BYTES = 3;
  private static final int IPV6_CLIENT_BYTES = 8;
  private static final int IPV6_NETWORK_BYTES = 6;

  /** The bytes of an address differ in length from those of a network; both are in one map. */
  private record Key(Bytes prefix, RateKind kind) {}

  private final RatesConfig config;
  private final PolicyConfig policy;
  private final EventCounters counters;
  private final Ticker clock;
  private final long periodNanos;
  private final Cache<Key, PeriodCount> counts;
  private final AccountFailures accounts;

  ClientRates(RatesConfig config, PolicyConfig policy, EventCounters counters, Ticker clock) {
    this.config = config;
    this.policy = policy;
    this.counters = counters;
    this.clock = clock;
    this.periodNanos = config.period().toNanos();
    this.counts =
        Caffeine.newBuilder()
            .maximumSize(config.tracked())
            .expireAfterAccess(config.period())
            .ticker(clock)
            .build();
    this.accounts = new AccountFailures(config, clock);
  }

  /**
   * Counts one event of a client.
   *
   * @return the number in this period, of the client or its network, if it is too high
   */
  public OptionalLong count(RateKind kind, InetAddress client) {
    OptionalLong excess = numbers(kind, client, 1);
    if (excess.isPresent()) {
      counters.count(kind.event());
    }
    return excess;
  }

  private OptionalLong numbers(RateKind kind, InetAddress client, int more) {
    if (!isLimited(kind) || policy.isTrusted(client) || config.isExcepted(client)) {
      return OptionalLong.empty();
    }
    OptionalLong ofClient = number(kind, config.client(), clientKey(client), more);
    OptionalLong ofNetwork = number(kind, config.network(), networkKey(client), more);
    return ofClient.isPresent() ? ofClient : ofNetwork;
  }

  private boolean isLimited(RateKind kind) {
    return kind.limit(config.client()) > 0 || kind.limit(config.network()) > 0;
  }

  private OptionalLong number(RateKind kind, RateLimits limits, Bytes prefix, int more) {
    int limit = kind.limit(limits);
    if (limit == 0) {
      return OptionalLong.empty();
    }
    long now = clock.read();
    PeriodCount count = counts.get(new Key(prefix, kind), key -> new PeriodCount(now, periodNanos));
    long number = count.add(now, more);
    boolean tooMany = more > 0 ? number > limit : number >= limit;
    return tooMany ? OptionalLong.of(number) : OptionalLong.empty();
  }

  private static Bytes clientKey(InetAddress client) {
    byte[] address = client.getAddress();
    return Bytes.copyOf(Arrays.copyOf(address, Math.min(address.length, IPV6_CLIENT_BYTES)));
  }

  private static Bytes networkKey(InetAddress client) {
    byte[] address = client.getAddress();
    int length = address.length == 4 ? IPV4_NETWORK_BYTES : IPV6_NETWORK_BYTES;
    return Bytes.copyOf(Arrays.copyOf(address, length));
  }

  @Override
  public boolean tooMany(InetAddress client) {
    boolean tooMany = numbers(RateKind.AUTH_FAILURE, client, 0).isPresent();
    if (tooMany) {
      counters.count(RateKind.AUTH_FAILURE.event());
    }
    return tooMany;
  }

  @Override
  public Optional<LoginAttempts.Attempt> attempt(InetAddress client, String user) {
    if (policy.isTrusted(client) || config.isExcepted(client)) {
      return LoginAttempts.UNLIMITED.begin(user);
    }
    List<PeriodCount.Limited> limits = new ArrayList<>();
    addLimit(limits, config.client(), clientKey(client));
    addLimit(limits, config.network(), networkKey(client));
    accounts.limitOf(user, clientKey(client)).ifPresent(limits::add);
    Optional<LoginAttempts.Attempt> attempt =
        ReservedAttempt.begin(limits, clock, () -> accounts.remember(user, clientKey(client)));
    if (attempt.isEmpty()) {
      counters.count(RateKind.AUTH_FAILURE.event());
    }
    return attempt;
  }

  private void addLimit(List<PeriodCount.Limited> limits, RateLimits of, Bytes prefix) {
    if (of.authFailures() > 0) {
      long now = clock.read();
      PeriodCount count =
          counts.get(
              new Key(prefix, RateKind.AUTH_FAILURE), key -> new PeriodCount(now, periodNanos));
      limits.add(new PeriodCount.Limited(count, of.authFailures()));
    }
  }

  @Override
  public void failed(InetAddress client) {
    numbers(RateKind.AUTH_FAILURE, client, 1);
  }

  /** Returns whether a client has made too many errors recently to connect again. */
  public boolean hasTooManyErrors(InetAddress client) {
    return numbers(RateKind.ERROR, client, 0).isPresent();
  }

  /** Returns the number of tracked clients and networks. */
  long tracked() {
    counts.cleanUp();
    return counts.estimatedSize();
  }
}
