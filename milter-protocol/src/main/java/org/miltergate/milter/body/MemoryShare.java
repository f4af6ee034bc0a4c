package org.miltergate.milter.body;

import java.io.Closeable;
import java.util.Locale;

/**
 * The memory that one message takes from a {@link MemoryBudget}, from its first recipient to its
 * end.
 *
 * <p>Thread-safe.
 */
public final class MemoryShare implements Closeable {
  /** Grants everything, and is never closed. */
  public static final MemoryShare UNLIMITED = MemoryBudget.UNLIMITED.share(0);

  private final MemoryBudget budget;
  private final long freeBytes;
  private long taken;
  private long spare;
  private boolean closed;

  MemoryShare(MemoryBudget budget, long freeBytes) {
    if (freeBytes < 0) {
      throw new IllegalArgumentException("free bytes must be 0 or more, were " + freeBytes);
    }
    this.budget = budget;
    this.freeBytes = freeBytes;
  }

  /**
   * Takes bytes.
   *
   * @throws MemoryUsedUpException if the budget does not have them; then none are taken
   */
  public void take(long bytes) throws MemoryUsedUpException {
    if (!tryTake(bytes)) {
      throw new MemoryUsedUpException(bytes);
    }
  }

  /**
   * Takes bytes, all of them or none.
   *
   * @return whether the budget had them; {@code false} after {@link #close}
   */
  public synchronized boolean tryTake(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, were " + bytes);
    }
    if (budget == MemoryBudget.UNLIMITED) {
      return true;
    }
    if (closed || !budget.tryTake(counted(taken + bytes) - counted(taken))) {
      return false;
    }
    taken += bytes;
    return true;
  }

  /**
   * Takes bytes that the message can do without, such as those of a body that could be in a file;
   * none of them are granted free.
   *
   * @return whether the budget had them all; {@code false} after {@link #close}
   */
  synchronized boolean tryTakeSpare(long bytes) {
    if (budget == MemoryBudget.UNLIMITED) {
      return true;
    }
    if (closed || !budget.tryTake(bytes)) {
      return false;
    }
    spare += bytes;
    return true;
  }

  /** Gives back what {@link #tryTakeSpare} took. */
  synchronized void giveBackSpare(long bytes) {
    if (budget == MemoryBudget.UNLIMITED || closed) {
      return;
    }
    budget.giveBack(bytes);
    spare -= bytes;
  }

  /** Gives bytes back before the message ends; has no effect after {@link #close}. */
  public synchronized void giveBack(long bytes) {
    if (bytes < 0) {
      throw new IllegalArgumentException("bytes must be 0 or more, were " + bytes);
    }
    if (budget == MemoryBudget.UNLIMITED || closed) {
      return;
    }
    if (bytes > taken) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "only %d bytes are taken, not %d", taken, bytes));
    }
    budget.giveBack(counted(taken) - counted(taken - bytes));
    taken -= bytes;
  }

  /** Returns how many of these bytes the budget must grant. */
  private long counted(long bytes) {
    return Math.max(0, bytes - freeBytes);
  }

  /** Gives everything back. Further calls have no effect. */
  @Override
  public synchronized void close() {
    giveBackSpare(spare);
    giveBack(taken);
    closed = budget != MemoryBudget.UNLIMITED;
  }
}
