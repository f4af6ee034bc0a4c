package org.miltergate.gateway.smtp.io;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.miltergate.net.Deadline;

/**
 * The time that a client has for a message: so much to begin with, and a second more for each so
 * many bytes, but never more than that at once, nor than there is for the whole.
 *
 * <p>So a client may pause, but one that sends a byte now and then comes to the end of its time.
 * Not thread-safe; used by the session's thread for one message.
 *
 * @see "postfix smtpd_per_request_deadline, smtpd_min_data_rate"
 */
public final class Pace {
  private final Duration most;
  private final long mostNanos;
  private final int bytesPerSecond;
  private final Deadline whole;
  private long endNanos;

  /**
   * @param most the longest pause
   * @param bytesPerSecond 0 if each byte brings back all of the time
   * @param whole for the whole message
   */
  public Pace(Duration most, int bytesPerSecond, Deadline whole) {
    this.most = most;
    this.mostNanos = most.toNanos();
    this.bytesPerSecond = bytesPerSecond;
    this.whole = whole;
    this.endNanos = System.nanoTime() + mostNanos;
  }

  /** Returns by when more has to come. */
  public Deadline deadline() {
    return Deadline.since(endNanos - mostNanos, most).earlierOf(whole);
  }

  /** Reports that so many bytes have come. */
  public void took(int bytes) {
    long full = System.nanoTime() + mostNanos;
    if (bytesPerSecond == 0) {
      endNanos = full;
      return;
    }
    long earned = endNanos + bytes * TimeUnit.SECONDS.toNanos(1) / bytesPerSecond;
    endNanos = earned - full < 0 ? earned : full;
  }
}
