package org.miltergate.milter.filter;

import java.util.Objects;

/**
 * A limit for a header or a body, and what happens to a larger one.
 *
 * @param bytes at least 0
 */
public record SizeLimit(long bytes, Excess excess) {

  /** What happens to a message above a limit. */
  public enum Excess {
    /** The message is refused with 552 5.3.4. */
    REJECT,
    /** The filter sees the beginning only. */
    TRUNCATE,
    /** The message passes and the filter is not asked. */
    PASS
  }

  public SizeLimit {
    Objects.requireNonNull(excess, "excess");
    if (bytes < 0) {
      throw new IllegalArgumentException("limit must be 0 bytes or more, was " + bytes);
    }
  }
}
