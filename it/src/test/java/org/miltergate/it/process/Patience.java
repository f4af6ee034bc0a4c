package org.miltergate.it.process;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;

/**
 * Waits with a bound for what a program of others gives no sign of.
 *
 * <p>Of its own, since the benchmarks start the same programs without the libraries of the tests.
 */
public final class Patience {
  private static final Duration PAUSE = Duration.ofMillis(10);

  private Patience() {}

  /** Something that comes true by itself. */
  @FunctionalInterface
  public interface Condition {
    boolean holds() throws IOException;
  }

  /**
   * Asks until the condition holds; at least once.
   *
   * @return false if {@code limit} was over first
   * @throws InterruptedIOException if the thread is interrupted, and stays so
   */
  public static boolean await(Duration limit, Condition condition) throws IOException {
    long began = System.nanoTime();
    while (!condition.holds()) {
      if (System.nanoTime() - began > limit.toNanos()) {
        return false;
      }
      try {
        Thread.sleep(PAUSE);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new InterruptedIOException("interrupted while waiting");
      }
    }
    return true;
  }
}
