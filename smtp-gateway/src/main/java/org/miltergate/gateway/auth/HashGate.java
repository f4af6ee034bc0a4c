package org.miltergate.gateway.auth;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * Limits how many password hashes are computed at a time, so that logins cannot take all processors
 * from other sessions.
 *
 * <p>Waiting threads are served in order. Thread-safe.
 */
final class HashGate {
  /** Uses half of the processors. */
  static final HashGate SHARED =
      new HashGate(
          Math.max(1, Runtime.getRuntime().availableProcessors() / 2), Duration.ofSeconds(10));

  private final Semaphore permits;
  private final Duration patience;

  /**
   * @param patience how long to wait for a turn
   */
  HashGate(int concurrent, Duration patience) {
    this.permits = new Semaphore(concurrent, true);
    this.patience = patience;
  }

  /**
   * Computes in the calling thread, when its turn has come.
   *
   * @throws IOException if the turn does not come in time
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
