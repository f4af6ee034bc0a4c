package org.miltergate.gateway.admission;

import com.github.benmanes.caffeine.cache.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.gateway.auth.LoginAttempts;

/**
 * A check of a password with a place in each count of failures. Not thread-safe; use from one
 * thread at a time.
 */
final class ReservedAttempt implements LoginAttempts.Attempt {
  private final List<PeriodCount.Limited> places;
  private final Ticker clock;
  private final Runnable onSuccess;
  private boolean failed = true;

  private ReservedAttempt(List<PeriodCount.Limited> places, Ticker clock, Runnable onSuccess) {
    this.places = places;
    this.clock = clock;
    this.onSuccess = onSuccess;
  }

  /** Takes all places or none. */
  static Optional<LoginAttempts.Attempt> begin(
      List<PeriodCount.Limited> limits, Ticker clock, Runnable onSuccess) {
    List<PeriodCount.Limited> taken = new ArrayList<>();
    for (PeriodCount.Limited limit : limits) {
      if (!limit.count().reserve(clock.read(), limit.most(), PeriodCount.PATIENCE_NANOS)) {
        taken.forEach(place -> place.count().settle(clock.read(), false));
        return Optional.empty();
      }
      taken.add(limit);
    }
    return Optional.of(new ReservedAttempt(taken, clock, onSuccess));
  }

  @Override
  public void succeeded() {
    failed = false;
    onSuccess.run();
  }

  @Override
  public void undecided() {
    failed = false;
  }

  @Override
  public void close() {
    places.forEach(place -> place.count().settle(clock.read(), failed));
  }
}
