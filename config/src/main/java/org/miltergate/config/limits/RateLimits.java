package org.miltergate.config.limits;

import static org.miltergate.config.setting.Forms.number;

import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * Limits for one client or network in one period; 0 is no limit.
 *
 * <p>Immutable and thread-safe.
 */
public record RateLimits(Values<RateLimits> values) implements Settings<RateLimits> {
  private static final int MOST = 1_000_000_000;

  private static final Rows<RateLimits> ROWS = new Rows<>();

  public static final Setting<RateLimits, Integer> CONNECTIONS =
      ROWS.add("connections", number(0, MOST), 0)
          .postfix("smtpd_client_connection_rate_limit")
          .means("");

  public static final Setting<RateLimits, Integer> MESSAGES =
      ROWS.add("messages", number(0, MOST), 0).postfix("smtpd_client_message_rate_limit").means("");

  public static final Setting<RateLimits, Integer> RECIPIENTS =
      ROWS.add("recipients", number(0, MOST), 0)
          .postfix("smtpd_client_recipient_rate_limit")
          .means("");

  public static final Setting<RateLimits, Integer> ERRORS =
      ROWS.add("errors", number(0, MOST), 0).means("replies 4xx and 5xx");

  /** Postfix also counts correct passwords. */
  public static final Setting<RateLimits, Integer> AUTH_FAILURES =
      ROWS.add("auth-failures", number(0, MOST), 0)
          .postfix("smtpd_client_auth_rate_limit")
          .means("wrong passwords");

  /** Limits nothing. */
  public static final RateLimits NONE = ROWS.table(RateLimits::new).defaults();

  /** Limits only wrong passwords. */
  public static RateLimits ofAuthFailures(int authFailures) {
    return NONE.with(AUTH_FAILURES, authFailures);
  }

  public int connections() {
    return get(CONNECTIONS);
  }

  public int messages() {
    return get(MESSAGES);
  }

  public int recipients() {
    return get(RECIPIENTS);
  }

  public int errors() {
    return get(ERRORS);
  }

  public int authFailures() {
    return get(AUTH_FAILURES);
  }
}
