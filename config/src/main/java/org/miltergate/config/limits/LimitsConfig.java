package org.miltergate.config.limits;

import java.time.Duration;
import java.util.function.Consumer;
import org.miltergate.config.setting.Check;

/**
 * What one client, and all together, may ask for.
 *
 * <p>Sizes are in bytes. Key names are Postfix's without {@code smtpd_} and {@code _limit}, where
 * it has such a parameter.
 *
 * @param maxMessageBytes header and body as sent, at least 1 KiB, at most 1 TiB; Postfix {@code
 *     message_size_limit}, 10,240,000 (10000 KiB)
 * @param maxHeaderBytes the whole header block, 1 KiB to 64 MiB; default 1 MiB. (Postfix {@code
 *     header_size_limit} is for one field)
 * @param maxHeaderFields of one message, those of {@code drop-headers} not counted, 1 to 1,000,000;
 *     default 1,000
 * @param memoryBytes for header fields, bodies in memory, recipients and edits of all messages
 *     together, 1 MiB to 1 TiB; 0 (the default) for a quarter of the Java heap
 * @param maxBodyMemoryBytes of one message; what is beyond goes to the temporary directory; 0 to 1
 *     GiB; default 256 KiB
 * @param maxLineBytes a command line with its line end, 512 to 1 MiB; {@code line_length_limit},
 *     2,048. Lines of the message have no limit of their own
 * @param maxPathBytes an address with its brackets, 256 to 64 KiB; default 512: RFC 5321 has 256,
 *     and senders that are made by programs (VERP, SRS, BATV) are longer at times
 * @param maxArgumentBytes the ESMTP arguments of one MAIL or RCPT, 256 to 64 KiB; default 1 KiB: an
 *     ORCPT may have 500
 * @param maxEnvelopeBytes all recipients of one message with their arguments, 16 KiB to 1 GiB;
 *     default 256 KiB; more get 452 as if they were too many
 * @param maxRecipients of one message, 1 to 1,000,000; {@code smtpd_recipient_limit}, 1,000
 * @param maxSessions of all clients together, 1 to 1,000,000; default 1,000 (Postfix {@code
 *     default_process_limit}, 100)
 * @param maxSessionsPerClient at the same time from one address, 1 to 1,000,000; {@code
 *     smtpd_client_connection_count_limit}, 50
 * @param softErrors refused commands after which each further one is answered late, 1 to 1,000,000;
 *     {@code smtpd_soft_error_limit}, 10
 * @param hardErrors refused commands after which the session ends with 421, 1 to 1,000,000; {@code
 *     smtpd_hard_error_limit}, 20
 * @param errorDelay how late; 0 for not at all; {@code smtpd_error_sleep_time}, 1 s
 * @param greetDelay before the greeting; a client that speaks in it is sent away with 521; 0 (the
 *     default) for not at all; Postfix {@code postscreen_greet_wait}, 6 s
 * @param maxHops {@code Received} fields of a message, 1 to 10,000; {@code hopcount_limit}, 50
 * @param maxOwnHops how often a message may have come by here before, 0 to 10,000; default 10: a
 *     mailing list sends what it got back through here
 * @param commandTimeout for a whole command to come; {@code smtpd_timeout}, 300 s
 * @param dataTimeout for each piece of the message to come; {@code smtpd_timeout}, 300 s
 * @param replyTimeout for the client to take a reply; {@code smtpd_timeout}, 300 s
 */
public record LimitsConfig(
    long maxMessageBytes,
    int maxHeaderBytes,
    int maxHeaderFields,
    long memoryBytes,
    int maxBodyMemoryBytes,
    int maxLineBytes,
    int maxPathBytes,
    int maxArgumentBytes,
    int maxEnvelopeBytes,
    int maxRecipients,
    int maxSessions,
    int maxSessionsPerClient,
    int softErrors,
    int hardErrors,
    Duration errorDelay,
    Duration greetDelay,
    int maxHops,
    int maxOwnHops,
    Duration commandTimeout,
    Duration dataTimeout,
    Duration replyTimeout) {
  private static final int KIB = 1 << 10;
  private static final int MIB = 1 << 20;
  private static final int GIB = 1 << 30;
  private static final int MOST = 1_000_000;

  public static final LimitsConfig DEFAULT =
      new LimitsConfig(
          10_240_000,
          MIB,
          1000,
          0,
          256 * KIB,
          2048,
          512,
          KIB,
          256 * KIB,
          1000,
          1000,
          50,
          10,
          20,
          Duration.ofSeconds(1),
          Duration.ZERO,
          50,
          10,
          Duration.ofSeconds(300),
          Duration.ofSeconds(300),
          Duration.ofSeconds(300));

  public LimitsConfig {
    Check.size("message-size", maxMessageBytes, KIB, 1024L * GIB);
    Check.size("header-size", maxHeaderBytes, KIB, 64L * MIB);
    Check.range("header-fields", maxHeaderFields, 1, MOST);
    if (memoryBytes != 0) {
      Check.size("memory", memoryBytes, MIB, 1024L * GIB);
    }
    Check.size("body-memory", maxBodyMemoryBytes, 0, GIB);
    Check.size("line-length", maxLineBytes, 512, MIB);
    Check.size("path-length", maxPathBytes, 256, 64L * KIB);
    Check.size("arguments-length", maxArgumentBytes, 256, 64L * KIB);
    Check.size("envelope-size", maxEnvelopeBytes, 16L * KIB, GIB);
    Check.range("recipients", maxRecipients, 1, MOST);
    Check.range("sessions", maxSessions, 1, MOST);
    Check.range("sessions-per-client", maxSessionsPerClient, 1, MOST);
    Check.range("soft-errors", softErrors, 1, MOST);
    Check.range("hard-errors", hardErrors, 1, MOST);
    Check.pause("error-delay", errorDelay);
    Check.pause("greet-delay", greetDelay);
    Check.range("hops", maxHops, 1, 10_000);
    Check.range("own-hops", maxOwnHops, 0, 10_000);
    Check.limit("command-timeout", commandTimeout);
    Check.limit("data-timeout", dataTimeout);
    Check.limit("reply-timeout", replyTimeout);
  }

  /** Returns the same limits, but for what {@code change} sets. */
  public LimitsConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the limits; confined. */
  public static final class Builder {
    private long maxMessageBytes;
    private int maxHeaderBytes;
    private int maxHeaderFields;
    private long memoryBytes;
    private int maxBodyMemoryBytes;
    private int maxLineBytes;
    private int maxPathBytes;
    private int maxArgumentBytes;
    private int maxEnvelopeBytes;
    private int maxRecipients;
    private int maxSessions;
    private int maxSessionsPerClient;
    private int softErrors;
    private int hardErrors;
    private Duration errorDelay;
    private Duration greetDelay;
    private int maxHops;
    private int maxOwnHops;
    private Duration commandTimeout;
    private Duration dataTimeout;
    private Duration replyTimeout;

    private Builder(LimitsConfig from) {
      maxMessageBytes = from.maxMessageBytes;
      maxHeaderBytes = from.maxHeaderBytes;
      maxHeaderFields = from.maxHeaderFields;
      memoryBytes = from.memoryBytes;
      maxBodyMemoryBytes = from.maxBodyMemoryBytes;
      maxLineBytes = from.maxLineBytes;
      maxPathBytes = from.maxPathBytes;
      maxArgumentBytes = from.maxArgumentBytes;
      maxEnvelopeBytes = from.maxEnvelopeBytes;
      maxRecipients = from.maxRecipients;
      maxSessions = from.maxSessions;
      maxSessionsPerClient = from.maxSessionsPerClient;
      softErrors = from.softErrors;
      hardErrors = from.hardErrors;
      errorDelay = from.errorDelay;
      greetDelay = from.greetDelay;
      maxHops = from.maxHops;
      maxOwnHops = from.maxOwnHops;
      commandTimeout = from.commandTimeout;
      dataTimeout = from.dataTimeout;
      replyTimeout = from.replyTimeout;
    }

    public Builder maxMessageBytes(long value) {
      maxMessageBytes = value;
      return this;
    }

    public Builder maxHeaderBytes(int value) {
      maxHeaderBytes = value;
      return this;
    }

    public Builder maxHeaderFields(int value) {
      maxHeaderFields = value;
      return this;
    }

    public Builder memoryBytes(long value) {
      memoryBytes = value;
      return this;
    }

    public Builder maxBodyMemoryBytes(int value) {
      maxBodyMemoryBytes = value;
      return this;
    }

    public Builder maxLineBytes(int value) {
      maxLineBytes = value;
      return this;
    }

    public Builder maxPathBytes(int value) {
      maxPathBytes = value;
      return this;
    }

    public Builder maxArgumentBytes(int value) {
      maxArgumentBytes = value;
      return this;
    }

    public Builder maxEnvelopeBytes(int value) {
      maxEnvelopeBytes = value;
      return this;
    }

    public Builder maxRecipients(int value) {
      maxRecipients = value;
      return this;
    }

    public Builder maxSessions(int value) {
      maxSessions = value;
      return this;
    }

    public Builder maxSessionsPerClient(int value) {
      maxSessionsPerClient = value;
      return this;
    }

    public Builder softErrors(int value) {
      softErrors = value;
      return this;
    }

    public Builder hardErrors(int value) {
      hardErrors = value;
      return this;
    }

    public Builder errorDelay(Duration value) {
      errorDelay = value;
      return this;
    }

    public Builder greetDelay(Duration value) {
      greetDelay = value;
      return this;
    }

    public Builder maxHops(int value) {
      maxHops = value;
      return this;
    }

    public Builder maxOwnHops(int value) {
      maxOwnHops = value;
      return this;
    }

    public Builder commandTimeout(Duration value) {
      commandTimeout = value;
      return this;
    }

    public Builder dataTimeout(Duration value) {
      dataTimeout = value;
      return this;
    }

    public Builder replyTimeout(Duration value) {
      replyTimeout = value;
      return this;
    }

    private LimitsConfig build() {
      return new LimitsConfig(
          maxMessageBytes,
          maxHeaderBytes,
          maxHeaderFields,
          memoryBytes,
          maxBodyMemoryBytes,
          maxLineBytes,
          maxPathBytes,
          maxArgumentBytes,
          maxEnvelopeBytes,
          maxRecipients,
          maxSessions,
          maxSessionsPerClient,
          softErrors,
          hardErrors,
          errorDelay,
          greetDelay,
          maxHops,
          maxOwnHops,
          commandTimeout,
          dataTimeout,
          replyTimeout);
    }
  }
}
