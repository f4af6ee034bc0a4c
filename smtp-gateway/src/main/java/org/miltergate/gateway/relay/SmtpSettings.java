package org.miltergate.gateway.relay;

import java.time.Duration;
import java.util.Objects;

/**
 * Where the next hop is, and what may be asked of it.
 *
 * @param host name or address
 * @param port 1 to 65535
 * @param heloName our own name, for EHLO
 * @param timeouts one for each step
 * @param maxRecipients in one transaction, at least 1; the next hop may want fewer
 * @param maxTransactions for one message, all open at once, at least 1. A message with more
 *     recipients than fit is refused.
 * @param maxIdle connections that are kept for later messages, 0 for none
 * @param maxIdleTime how long each is kept unused
 */
public record SmtpSettings(
    String host,
    int port,
    String heloName,
    SmtpTimeouts timeouts,
    int maxRecipients,
    int maxTransactions,
    int maxIdle,
    Duration maxIdleTime) {

  public SmtpSettings {
    Objects.requireNonNull(host, "host");
    Objects.requireNonNull(timeouts, "timeouts");
    if (!heloName.matches("[!-~]+")) {
      throw new IllegalArgumentException(
          "heloName is '" + heloName + "', must be a host name or an address in brackets");
    }
    if (maxRecipients < 1 || maxTransactions < 1 || maxIdle < 0 || maxIdleTime.isNegative()) {
      throw new IllegalArgumentException(
          "maxRecipients is %d and maxTransactions %d, must be at least 1; maxIdle %d and maxIdleTime %s, must not be below zero"
              .formatted(maxRecipients, maxTransactions, maxIdle, maxIdleTime));
    }
  }

  /** Postfix's limits where it has one; 100 recipients are what RFC 5321 lets every server take. */
  public static SmtpSettings of(String host, int port, String heloName) {
    return new SmtpSettings(
        host, port, heloName, SmtpTimeouts.POSTFIX, 100, 20, 8, Duration.ofSeconds(30));
  }
}
