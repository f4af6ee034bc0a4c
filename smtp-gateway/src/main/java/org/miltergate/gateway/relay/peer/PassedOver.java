package org.miltergate.gateway.relay.peer;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;

/**
 * Remembers for a while what could not be used, so that others are tried first.
 *
 * <p>Thread-safe.
 */
final class PassedOver {
  private static final int MAX_ENTRIES = 1000;

  private final Cache<Object, Boolean> failures;

  /**
   * @param time how long a failure counts; 0 for not at all
   */
  PassedOver(Duration time) {
    this.failures =
        Caffeine.newBuilder()
            .maximumSize(MAX_ENTRIES)
            .expireAfterWrite(time)
            .executor(Runnable::run)
            .build();
  }

  boolean isPassedOver(Object what) {
    return failures.getIfPresent(what) != null;
  }

  void failed(Object what) {
    failures.put(what, true);
  }

  void succeeded(Object what) {
    failures.invalidate(what);
  }
}
