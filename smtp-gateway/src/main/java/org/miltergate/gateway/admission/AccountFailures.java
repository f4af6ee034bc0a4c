package org.miltergate.gateway.admission;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.milter.bytes.Bytes;

/**
 * Counts wrong passwords for each user name, from all clients.
 *
 * <p>A client that has logged in to an account before is not counted against it, so that others
 * cannot lock the user out. Unknown names are counted in the same way. Thread-safe.
 */
final class AccountFailures {
  private static final Duration MEMORY = Duration.ofDays(30);
  private static final int KEY_BYTES = 16;

  private record Known(Bytes account, Bytes client) {}

  private final int most;
  private final long periodNanos;
  private final Ticker clock;
  private final Cache<Bytes, PeriodCount> counts;
  private final Cache<Known, Boolean> known;

  AccountFailures(RatesConfig config, Ticker clock) {
    this.most = config.accountAuthFailures();
    this.periodNanos = config.period().toNanos();
    this.clock = clock;
    this.counts =
        Caffeine.newBuilder()
            .maximumSize(config.tracked())
            .expireAfterAccess(config.period())
            .ticker(clock)
            .build();
    this.known =
        Caffeine.newBuilder()
            .maximumSize(config.tracked())
            .expireAfterAccess(MEMORY)
            .ticker(clock)
            .build();
  }

  /** Returns the count for a client's attempt, if any. */
  Optional<PeriodCount.Limited> limitOf(String user, Bytes client) {
    Bytes account = key(user);
    if (most == 0 || known.getIfPresent(new Known(account, client)) != null) {
      return Optional.empty();
    }
    long now = clock.read();
    PeriodCount count = counts.get(account, key -> new PeriodCount(now, periodNanos));
    return Optional.of(new PeriodCount.Limited(count, most));
  }

  /** Records that a client has logged in to an account. */
  void remember(String user, Bytes client) {
    known.put(new Known(key(user), client), true);
  }

  /** Names may be long, and clients decide how many there are. */
  private static Bytes key(String user) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(user.getBytes(StandardCharsets.UTF_8));
      return Bytes.copyOf(digest, 0, KEY_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
