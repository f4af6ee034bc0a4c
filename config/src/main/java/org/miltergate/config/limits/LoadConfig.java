package org.miltergate.config.limits;

import java.time.Duration;
import org.miltergate.config.setting.Check;

/**
 * Who gets a session when there are many, and what clients may ask for then.
 *
 * @param reservedSessions of {@link LimitsConfig#maxSessions}, for clients of the trusted networks
 *     alone, 0 to 1,000,000; a tenth of them if that is more than half; default 100
 * @param stressSessions from how many sessions on the two limits below hold for clients that are
 *     neither trusted nor logged in, 0 to 1,000,000; 0 (the default) for four fifths of all
 * @param stressTimeout in place of the timeouts for a command and a piece of a message, if it is
 *     shorter; Postfix {@code smtpd_timeout} under stress, 10 s
 * @param stressHardErrors in place of {@link LimitsConfig#hardErrors}, if it is lower, 1 to
 *     1,000,000; Postfix {@code smtpd_hard_error_limit} under stress, 1
 * @param minDataRate bytes of a message that have to come in a second, on average, once the time
 *     for a piece of it is used up, 0 (no limit) to 1,000,000; Postfix {@code smtpd_min_data_rate},
 *     500, which holds there under stress
 */
public record LoadConfig(
    int reservedSessions,
    int stressSessions,
    Duration stressTimeout,
    int stressHardErrors,
    int minDataRate) {
  private static final int MOST = 1_000_000;

  public static final LoadConfig DEFAULT = new LoadConfig(100, 0, Duration.ofSeconds(10), 1, 500);

  public LoadConfig {
    Check.range("reserved-sessions", reservedSessions, 0, MOST);
    Check.range("stress-sessions", stressSessions, 0, MOST);
    Check.limit("stress-timeout", stressTimeout);
    Check.range("stress-hard-errors", stressHardErrors, 1, MOST);
    Check.range("min-data-rate", minDataRate, 0, MOST);
  }

  /** Returns how many of {@code all} sessions are for trusted clients alone. */
  public int reservedOf(int all) {
    return reservedSessions <= all / 2 ? reservedSessions : all / 10;
  }

  /** Returns from how many of {@code all} sessions on there is stress; at least two. */
  public int stressOf(int all) {
    return Math.max(2, stressSessions == 0 ? all - all / 5 : stressSessions);
  }

  public LoadConfig withReservedSessions(int value) {
    return new LoadConfig(value, stressSessions, stressTimeout, stressHardErrors, minDataRate);
  }

  public LoadConfig withStressSessions(int value) {
    return new LoadConfig(reservedSessions, value, stressTimeout, stressHardErrors, minDataRate);
  }

  public LoadConfig withStressTimeout(Duration value) {
    return new LoadConfig(reservedSessions, stressSessions, value, stressHardErrors, minDataRate);
  }

  public LoadConfig withStressHardErrors(int value) {
    return new LoadConfig(reservedSessions, stressSessions, stressTimeout, value, minDataRate);
  }

  public LoadConfig withMinDataRate(int value) {
    return new LoadConfig(reservedSessions, stressSessions, stressTimeout, stressHardErrors, value);
  }
}
