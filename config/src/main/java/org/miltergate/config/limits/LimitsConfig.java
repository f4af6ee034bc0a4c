package org.miltergate.config.limits;

import static org.miltergate.config.setting.Forms.intSize;
import static org.miltergate.config.setting.Forms.limit;
import static org.miltergate.config.setting.Forms.number;
import static org.miltergate.config.setting.Forms.pause;
import static org.miltergate.config.setting.Forms.size;
import static org.miltergate.config.setting.Forms.sizeOrZero;

import java.time.Duration;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.Values;

/**
 * What one client, and all clients together, may use.
 *
 * <p>Keys are Postfix's names without {@code smtpd_} and {@code _limit}, where it has such a
 * parameter. Immutable and thread-safe.
 */
public record LimitsConfig(Values<LimitsConfig> values) implements Settings<LimitsConfig> {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int GIB = 1 << 30;
  private static final long TIB = 1L << 40;
  private static final int MOST = 1_000_000;

  private static final Rows<LimitsConfig> ROWS = new Rows<>();

  public static final Setting<LimitsConfig, Long> MESSAGE_SIZE =
      ROWS.add("message-size", size(KIB, TIB), 10_240_000L)
          .postfix("message_size_limit (10240000)")
          .means("header and body as sent");

  /** Postfix's {@code header_size_limit} is for one field. */
  public static final Setting<LimitsConfig, Integer> HEADER_SIZE =
      ROWS.add("header-size", intSize(KIB, 64 * MIB), MIB).means("the whole header block");

  public static final Setting<LimitsConfig, Integer> HEADER_FIELDS =
      ROWS.add("header-fields", number(1, MOST), 1000)
          .means("of one message, those of drop-headers not counted");

  public static final Setting<LimitsConfig, Long> MEMORY =
      ROWS.add("memory", sizeOrZero(MIB, TIB), 0L)
          .means(
              "for header fields, bodies in memory, recipients and edits of all messages together;"
                  + " 0: a quarter of the Java heap");

  public static final Setting<LimitsConfig, Integer> BODY_MEMORY =
      ROWS.add("body-memory", intSize(0, GIB), 256 * KIB)
          .means("of one message; a larger body goes to spool-directory");

  /** Of a command with its line end. Lines of the message have no limit of their own. */
  public static final Setting<LimitsConfig, Integer> LINE_LENGTH =
      ROWS.add("line-length", intSize(512, MIB), 2048)
          .postfix("line_length_limit")
          .means("of a command");

  /**
   * RFC 5321 has 256 bytes, but generated sender addresses (VERP, SRS, BATV) are sometimes longer.
   */
  public static final Setting<LimitsConfig, Integer> PATH_LENGTH =
      ROWS.add("path-length", intSize(256, 64 * KIB), 512).means("of an address with its brackets");

  /** An ORCPT may have 500 bytes. */
  public static final Setting<LimitsConfig, Integer> ARGUMENTS_LENGTH =
      ROWS.add("arguments-length", intSize(256, 64 * KIB), KIB)
          .means("of all ESMTP arguments of one MAIL or RCPT");

  /** More get 452, as if they were too many. */
  public static final Setting<LimitsConfig, Integer> ENVELOPE_SIZE =
      ROWS.add("envelope-size", intSize(16 * KIB, GIB), 256 * KIB)
          .means("of all recipients of one message with their arguments; more get 452");

  public static final Setting<LimitsConfig, Integer> RECIPIENTS =
      ROWS.add("recipients", number(1, MOST), 1000)
          .postfix("smtpd_recipient_limit")
          .means("of one message");

  public static final Setting<LimitsConfig, Integer> SESSIONS =
      ROWS.add("sessions", number(1, MOST), 1000)
          .postfix("default_process_limit (100)")
          .means("of all clients");

  public static final Setting<LimitsConfig, Integer> SESSIONS_PER_CLIENT =
      ROWS.add("sessions-per-client", number(1, MOST), 50)
          .postfix("smtpd_client_connection_count_limit")
          .means("at the same time from one address");

  public static final Setting<LimitsConfig, Integer> SOFT_ERRORS =
      ROWS.add("soft-errors", number(1, MOST), 10)
          .postfix("smtpd_soft_error_limit")
          .means("refused commands; replies to further ones are delayed");

  public static final Setting<LimitsConfig, Integer> HARD_ERRORS =
      ROWS.add("hard-errors", number(1, MOST), 20)
          .postfix("smtpd_hard_error_limit")
          .means("refused commands; then the session ends with 421");

  public static final Setting<LimitsConfig, Duration> ERROR_DELAY =
      ROWS.add("error-delay", pause(), Duration.ofSeconds(1))
          .postfix("smtpd_error_sleep_time")
          .means("how late");

  public static final Setting<LimitsConfig, Duration> GREET_DELAY =
      ROWS.add("greet-delay", pause(), Duration.ZERO)
          .postfix("postscreen_greet_wait (6s)")
          .means("before the greeting; a client that sends something earlier gets 521");

  public static final Setting<LimitsConfig, Integer> HOPS =
      ROWS.add("hops", number(1, 10_000), 50)
          .postfix("hopcount_limit")
          .means("Received fields of a message");

  public static final Setting<LimitsConfig, Integer> OWN_HOPS =
      ROWS.add("own-hops", number(0, 10_000), 10)
          .means(
              "how often a message may have passed this gateway before, as it does when a mailing"
                  + " list sends it out again");

  public static final Setting<LimitsConfig, Duration> COMMAND_TIMEOUT =
      ROWS.add("command-timeout", limit(), Duration.ofMinutes(5))
          .postfix("smtpd_timeout")
          .means("for a whole command to arrive");

  public static final Setting<LimitsConfig, Duration> DATA_TIMEOUT =
      ROWS.add("data-timeout", limit(), Duration.ofMinutes(5))
          .postfix("smtpd_timeout")
          .means("for each piece of a message to arrive");

  public static final Setting<LimitsConfig, Duration> REPLY_TIMEOUT =
      ROWS.add("reply-timeout", limit(), Duration.ofMinutes(5))
          .postfix("smtpd_timeout")
          .means("for the client to take a reply");

  public static final LimitsConfig DEFAULT = ROWS.table(LimitsConfig::new).defaults();

  /** Returns the largest size of a message in bytes, header and body. */
  public long maxMessageBytes() {
    return get(MESSAGE_SIZE);
  }

  public int maxHeaderBytes() {
    return get(HEADER_SIZE);
  }

  public int maxHeaderFields() {
    return get(HEADER_FIELDS);
  }

  /** Returns how many bytes of memory all messages together may use; 0 for a share of the heap. */
  public long memoryBytes() {
    return get(MEMORY);
  }

  public int maxBodyMemoryBytes() {
    return get(BODY_MEMORY);
  }

  public int maxLineBytes() {
    return get(LINE_LENGTH);
  }

  public int maxPathBytes() {
    return get(PATH_LENGTH);
  }

  public int maxArgumentBytes() {
    return get(ARGUMENTS_LENGTH);
  }

  public int maxEnvelopeBytes() {
    return get(ENVELOPE_SIZE);
  }

  public int maxRecipients() {
    return get(RECIPIENTS);
  }

  public int maxSessions() {
    return get(SESSIONS);
  }

  public int maxSessionsPerClient() {
    return get(SESSIONS_PER_CLIENT);
  }

  public int softErrors() {
    return get(SOFT_ERRORS);
  }

  public int hardErrors() {
    return get(HARD_ERRORS);
  }

  public Duration errorDelay() {
    return get(ERROR_DELAY);
  }

  public Duration greetDelay() {
    return get(GREET_DELAY);
  }

  public int maxHops() {
    return get(HOPS);
  }

  public int maxOwnHops() {
    return get(OWN_HOPS);
  }

  public Duration commandTimeout() {
    return get(COMMAND_TIMEOUT);
  }

  public Duration dataTimeout() {
    return get(DATA_TIMEOUT);
  }

  public Duration replyTimeout() {
    return get(REPLY_TIMEOUT);
  }
}
