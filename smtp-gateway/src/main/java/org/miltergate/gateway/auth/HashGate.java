package org.miltergate.gateway.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Lets only so many password hashes be computed at a time, so that logins cannot take all
 * processors from the sessions that are logged in.
 *
 * <p>Who waits is served in turn. Thread-safe.
 */
final class HashGate {
  /** Takes half of the processors. */
  static final HashGate SHARED =
      new HashGate(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Duration.ofSeconds(10));

  private final Semaphore permits;
  private final Duration patience;

  /**
   * @param patience how long one waits for its turn
   */
  HashGate(int concurrent, Duration patience) {
    this.permits = new Semaphore(concurrent, true);
    this.patience = patience;
  }

  /**
   * Computes in the calling thread, when it is its turn.
   *
   * @throws IOException if that does not come in time
   */
  boolean compute(BooleanSupplier work) throws IOException {
    try {
      if (!permits.tryAcquire(patience.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new IOException("too many logins at a time");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted while others log in");
    }
    try {
      return work.getAsBoolean();
    } finally {
      permits.release();
    }
  }
}
