package org.miltergate.config.limits;

import static org.miltergate.config.setting.Forms.limit;
import static org.miltergate.config.setting.Forms.number;

import java.time.Duration;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * Who gets a session when there are many, and the limits for clients then.
 *
 * <p>Immutable and thread-safe.
 */
public record LoadConfig(Values<LoadConfig> values) implements Settings<LoadConfig> {
  private static final int MOST = 1_000_000;

  private static final Rows<LoadConfig> ROWS = new Rows<>();

  public static final Setting<LoadConfig, Integer> RESERVED_SESSIONS =
      ROWS.add("reserved-sessions", number(0, MOST), 100)
          .means(
              "for policy.trusted-networks alone; a tenth of limits.sessions if more than half of"
                  + " them");

  public static final Setting<LoadConfig, Integer> STRESS_SESSIONS =
      ROWS.add("stress-sessions", number(0, MOST), 0)
          .means("from this number on there is stress; 0: four fifths of limits.sessions");

  /** Replaces the timeouts for a command and a piece of a message, if it is shorter. */
  public static final Setting<LoadConfig, Duration> STRESS_TIMEOUT =
      ROWS.add("stress-timeout", limit(), Duration.ofSeconds(10))
          .postfix("smtpd_timeout")
          .means("then, for a command and a piece of a message");

  /** Replaces {@link LimitsConfig#hardErrors}, if it is lower. */
  public static final Setting<LoadConfig, Integer> STRESS_HARD_ERRORS =
      ROWS.add("stress-hard-errors", number(1, MOST), 1)
          .postfix("smtpd_hard_error_limit")
          .means("then; neither holds for clients that are trusted or have logged in");

  /** Applies once the time for a piece has passed; in Postfix only under stress. */
  public static final Setting<LoadConfig, Integer> MIN_DATA_RATE =
      ROWS.add("min-data-rate", number(0, MOST), 500)
          .postfix("smtpd_min_data_rate")
          .means("bytes of a message in a second, on average; 0: no limit");

  public static final LoadConfig DEFAULT = ROWS.table(LoadConfig::new).defaults();

  public int reservedSessions() {
    return get(RESERVED_SESSIONS);
  }

  public int stressSessions() {
    return get(STRESS_SESSIONS);
  }

  public Duration stressTimeout() {
    return get(STRESS_TIMEOUT);
  }

  public int stressHardErrors() {
    return get(STRESS_HARD_ERRORS);
  }

  public int minDataRate() {
    return get(MIN_DATA_RATE);
  }

  /** Returns how many of {@code all} sessions are reserved for trusted clients. */
  public int reservedOf(int all) {
    return reservedSessions() <= all / 2 ? reservedSessions() : all / 10;
  }

  /**
   * Returns the number of sessions, out of {@code all}, from which on there is stress; at least
   * two.
   */
  public int stressOf(int all) {
    return Math.max(2, stressSessions() == 0 ? all - all / 5 : stressSessions());
  }
}
