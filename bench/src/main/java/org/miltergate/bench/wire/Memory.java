package org.miltergate.bench.wire;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** Measures memory. */
final class Memory {
  private static final int TIMES = 1000;
  private static final int WARMING_TIMES = 200_000;
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Keeps the compiler from eliminating unused results. */
  @SuppressWarnings("UnusedVariable") // written for the compiler alone
  private static volatile @Nullable Object last;

  private Memory() {}

  /**
   * Returns the bytes that one call takes, in the mean of many; after so many others that what is
   * only needed meanwhile takes none.
   */
  static double bytesOf(Supplier<?> maker) {
    for (int i = 0; i < WARMING_TIMES; i++) {
      last = maker.get();
    }
    long before = THREADS.getCurrentThreadAllocatedBytes();
    for (int i = 0; i < TIMES; i++) {
      last = maker.get();
    }
    return (double) (THREADS.getCurrentThreadAllocatedBytes() - before) / TIMES;
  }
}
