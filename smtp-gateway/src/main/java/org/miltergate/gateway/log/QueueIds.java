package org.miltergate.gateway.log;

import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;

/**
 * Creates queue ids in the form of Postfix's long ones: the time in microseconds, a {@code z}, and
 * a random end.
 *
 * <p>No two of one instance are equal, since the time always moves on. The letters leave out
 * vowels, so that no words appear. Later ids sort after earlier ones.
 *
 * <p>Thread-safe.
 *
 * @see "postfix src/global/mail_queue.h"
 */
public final class QueueIds {
  private static final String DIGITS = "0123456789BCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz";
  private static final int SECONDS_LENGTH = 6;
  private static final int MICROSECONDS_LENGTH = 4;
  private static final int RANDOM_LENGTH = 5;
  private static final long MICROSECONDS = 1_000_000;

  private final InstantSource clock;
  private final RandomGenerator random;
  private final AtomicLong last = new AtomicLong();

  public QueueIds(InstantSource clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
  }

  public String next() {
    Instant now = clock.instant();
    long micros = now.getEpochSecond() * MICROSECONDS + now.getNano() / 1000;
    long unique = last.updateAndGet(before -> Math.max(before + 1, micros));
    StringBuilder id = new StringBuilder(SECONDS_LENGTH + MICROSECONDS_LENGTH + 1 + RANDOM_LENGTH);
    append(id, unique / MICROSECONDS, SECONDS_LENGTH);
    append(id, unique % MICROSECONDS, MICROSECONDS_LENGTH);
    id.append('z');
    for (int i = 0; i < RANDOM_LENGTH; i++) {
      // One letter less: the separator does not occur after itself.
      id.append(DIGITS.charAt(random.nextInt(DIGITS.length() - 1)));
    }
    return id.toString();
  }

  private static void append(StringBuilder id, long value, int length) {
    char[] digits = new char[length];
    long rest = value;
    for (int i = length - 1; i >= 0; i--) {
      digits[i] = DIGITS.charAt((int) (rest % DIGITS.length()));
      rest /= DIGITS.length();
    }
    id.append(digits);
  }
}
