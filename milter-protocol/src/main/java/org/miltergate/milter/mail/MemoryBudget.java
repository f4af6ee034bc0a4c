package org.miltergate.milter.mail;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory that all messages under way take together: header fields, bodies that are not
 * in a file, recipients, and edits of milters.
 *
 * <p>Each message takes from a {@link MemoryShare}, which gives everything back when the message
 * ends. A {@link #part} keeps one client from using up the whole.
 *
 * <p>Thread-safe; nothing here waits.
 */
public final class MemoryBudget {
  /** Grants everything. */
  public static final MemoryBudget UNLIMITED = new MemoryBudget(Long.MAX_VALUE, null);

  private final long maxBytes;
  private final @Nullable MemoryBudget whole;
  private final AtomicLong used = new AtomicLong();

  private MemoryBudget(long maxBytes, @Nullable MemoryBudget whole) {
    if (maxBytes < 0) {
      throw new IllegalArgumentException("budget must be 0 bytes or more, was " + maxBytes);
    }
    this.maxBytes = maxBytes;
    this.whole = whole;
  }

  /** Makes a budget of its own. */
  public static MemoryBudget ofBytes(long maxBytes) {
    return new MemoryBudget(maxBytes, null);
  }

  /** Makes a part of this budget: what is taken from it is taken from this one, too. */
  public MemoryBudget part(long maxBytes) {
    return new MemoryBudget(maxBytes, this);
  }

  /**
   * Begins the share of one message.
   *
   * @param freeBytes so many are granted whatever others have taken, and do not count, except to a
   *     body in memory; an ordinary message then passes even when the budget is used up
   */
  public MemoryShare share(long freeBytes) {
    return new MemoryShare(this, freeBytes);
  }

  /** Returns how many bytes are taken. */
  public long usedBytes() {
    return used.get();
  }

  /** Takes all of these bytes or none. */
  boolean tryTake(long bytes) {
    if (this == UNLIMITED) {
      return true;
    }
    long before;
    do {
      before = used.get();
      if (bytes > maxBytes - before) {
        return false;
      }
    } while (!used.compareAndSet(before, before + bytes));
    if (whole != null && !whole.tryTake(bytes)) {
      used.addAndGet(-bytes);
      return false;
    }
    return true;
  }

  void giveBack(long bytes) {
    if (this == UNLIMITED) {
      return;
    }
    used.addAndGet(-bytes);
    if (whole != null) {
      whole.giveBack(bytes);
    }
  }
}
