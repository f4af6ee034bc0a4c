package org.miltergate.milter.body;

import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Limits the memory of all messages in progress together, in bytes: header fields, bodies that are
 * not in a file, recipients, and milters' edits.
 *
 * <p>Each message takes from a {@link MemoryShare}, which gives everything back when the message
 * ends. A {@link #part} keeps one client from using all of it.
 *
 * <p>Thread-safe; no method blocks.
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

  /** Creates an independent budget. */
  public static MemoryBudget ofBytes(long maxBytes) {
    return new MemoryBudget(maxBytes, null);
  }

  /** Creates a part of this budget: what is taken from the part is also taken from this budget. */
  public MemoryBudget part(long maxBytes) {
    return new MemoryBudget(maxBytes, this);
  }

  /**
   * Opens the share of one message.
   *
   * @param freeBytes granted whatever others have taken, and not counted, except for a body in
   *     memory; so an ordinary message passes even when the budget is exhausted
   */
  public MemoryShare share(long freeBytes) {
    return new MemoryShare(this, freeBytes);
  }

  /** Returns the number of bytes taken. */
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
