package org.miltergate.config.nexthop;

import static org.miltergate.config.setting.Forms.limit;

import java.time.Duration;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * Time limits for the steps of a delivery by SMTP.
 *
 * <p>Immutable and thread-safe.
 */
public record NextHopTimeouts(Values<NextHopTimeouts> values) implements Settings<NextHopTimeouts> {
  private static final Rows<NextHopTimeouts> ROWS = new Rows<>();

  /** Lookup and connect together. */
  public static final Setting<NextHopTimeouts, Duration> CONNECT =
      step("connect-timeout", 30, "smtp_connect_timeout", "");

  /** The greeting, and again the reply to EHLO or HELO. */
  public static final Setting<NextHopTimeouts, Duration> HELO =
      step("helo-timeout", 300, "smtp_helo_timeout", "greeting and EHLO");

  /** The reply to STARTTLS, and again the TLS handshake. */
  public static final Setting<NextHopTimeouts, Duration> STARTTLS =
      step("starttls-timeout", 300, "smtp_starttls_timeout", "STARTTLS, and the handshake");

  /** The reply to MAIL. */
  public static final Setting<NextHopTimeouts, Duration> MAIL =
      step("mail-timeout", 300, "smtp_mail_timeout", "");

  /** The reply to each RCPT. */
  public static final Setting<NextHopTimeouts, Duration> RCPT =
      step("rcpt-timeout", 300, "smtp_rcpt_timeout", "");

  /** The reply to DATA. */
  public static final Setting<NextHopTimeouts, Duration> DATA_INIT =
      step("data-init-timeout", 120, "smtp_data_init_timeout", "");

  /** Each piece of the message. */
  public static final Setting<NextHopTimeouts, Duration> DATA_XFER =
      step("data-xfer-timeout", 180, "smtp_data_xfer_timeout", "");

  /** The reply to the final dot. */
  public static final Setting<NextHopTimeouts, Duration> DATA_DONE =
      step("data-done-timeout", 600, "smtp_data_done_timeout", "");

  /** The reply to RSET and QUIT. */
  public static final Setting<NextHopTimeouts, Duration> RSET =
      step("rset-timeout", 20, "smtp_rset_timeout", "");

  /**
   * All steps of one message together up to its final dot; the default is less than a client waits
   * for its own (RFC 5321, section 4.5.3.2.6).
   */
  public static final Setting<NextHopTimeouts, Duration> DELIVERY =
      step(
          "delivery-timeout",
          540,
          "",
          "from the client's final dot to ours; a client waits 10 minutes");

  public static final NextHopTimeouts DEFAULT = ROWS.table(NextHopTimeouts::new).defaults();

  private static Setting<NextHopTimeouts, Duration> step(
      String key, int seconds, String postfix, String meaning) {
    return ROWS.add(key, limit(), Duration.ofSeconds(seconds)).postfix(postfix).means(meaning);
  }

  public Duration connect() {
    return get(CONNECT);
  }

  public Duration helo() {
    return get(HELO);
  }

  public Duration starttls() {
    return get(STARTTLS);
  }

  public Duration mail() {
    return get(MAIL);
  }

  public Duration rcpt() {
    return get(RCPT);
  }

  public Duration dataInit() {
    return get(DATA_INIT);
  }

  public Duration dataXfer() {
    return get(DATA_XFER);
  }

  public Duration dataDone() {
    return get(DATA_DONE);
  }

  public Duration rset() {
    return get(RSET);
  }

  public Duration delivery() {
    return get(DELIVERY);
  }
}
