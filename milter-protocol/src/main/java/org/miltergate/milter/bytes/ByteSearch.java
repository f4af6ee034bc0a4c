package org.miltergate.milter.bytes;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Objects;

/**
 * Finds bytes in long arrays, eight at a time: every message is searched for line ends and dots
 * from beginning to end.
 *
 * <p>A word minus a limit in each of its bytes has the high bit set where the byte was below the
 * limit, as long as the byte's own high bit was not. The borrow affects only bytes after the first
 * such place, which are not used.
 */
public final class ByteSearch {
  private static final VarHandle WORDS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long BEHIND_CR = ('\r' + 1) * ONES;

  private ByteSearch() {}

  /**
   * Returns the index of the first such byte at or after {@code from}, or {@code to} if there is
   * none before that.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code data}
   */
  public static int indexOf(byte value, byte[] data, int from, int to) {
    Objects.checkFromToIndex(from, to, data.length);
    long wanted = repeated(value);
    int at = from;
    for (; at <= to - Long.BYTES; at += Long.BYTES) {
      long hits = below(ONES, (long) WORDS.get(data, at) ^ wanted);
      if (hits != 0) {
        return at + first(hits);
      }
    }
    while (at < to && data[at] != value) {
      at++;
    }
    return at;
  }

  /**
   * Returns the index of the first CR or LF at or after {@code from}, or {@code to} if there is
   * none before that.
   *
   * @throws IndexOutOfBoundsException if the range is not within {@code data}
   */
  public static int indexOfLineEnd(byte[] data, int from, int to) {
    Objects.checkFromToIndex(from, to, data.length);
    int at = from;
    while (at <= to - Long.BYTES) {
      // One test for both, and for other control characters, which are rare.
      long hits = below(BEHIND_CR, (long) WORDS.get(data, at));
      if (hits == 0) {
        at += Long.BYTES;
      } else {
        at += first(hits);
        if (isLineEnd(data[at])) {
          return at;
        }
        at++;
      }
    }
    while (at < to && !isLineEnd(data[at])) {
      at++;
    }
    return at;
  }

  private static boolean isLineEnd(byte value) {
    return value == '\r' || value == '\n';
  }

  private static long repeated(byte value) {
    return (value & 0xff) * ONES;
  }

  /** Marks, by their high bits, the bytes of a word that are below those of another. */
  private static long below(long limits, long word) {
    return (word - limits) & ~word & HIGH_BITS;
  }

  private static int first(long hits) {
    return Long.numberOfTrailingZeros(hits) / Byte.SIZE;
  }
}
