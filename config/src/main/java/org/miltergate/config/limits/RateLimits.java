package org.miltergate.config.limits;

import org.miltergate.config.setting.Check;

/**
 * What may come from one place in one period; 0 is no limit, the most is 1,000,000,000.
 *
 * @param connections Postfix {@code smtpd_client_connection_rate_limit}
 * @param messages Postfix {@code smtpd_client_message_rate_limit}
 * @param recipients Postfix {@code smtpd_client_recipient_rate_limit}
 * @param errors replies 4xx and 5xx
 * @param authFailures wrong passwords; Postfix {@code smtpd_client_auth_rate_limit} counts right
 *     ones, too
 */
public record RateLimits(
    int connections, int messages, int recipients, int errors, int authFailures) {
  private static final int MOST = 1_000_000_000;

  public RateLimits {
    Check.range("connections", connections, 0, MOST);
    Check.range("messages", messages, 0, MOST);
    Check.range("recipients", recipients, 0, MOST);
    Check.range("errors", errors, 0, MOST);
    Check.range("auth-failures", authFailures, 0, MOST);
  }

  /** Limits nothing but wrong passwords. */
  public static RateLimits ofAuthFailures(int authFailures) {
    return new RateLimits(0, 0, 0, 0, authFailures);
  }

  public RateLimits withConnections(int value) {
    return new RateLimits(value, messages, recipients, errors, authFailures);
  }

  public RateLimits withMessages(int value) {
    return new RateLimits(connections, value, recipients, errors, authFailures);
  }

  public RateLimits withRecipients(int value) {
    return new RateLimits(connections, messages, value, errors, authFailures);
  }

  public RateLimits withErrors(int value) {
    return new RateLimits(connections, messages, recipients, value, authFailures);
  }

  public RateLimits withAuthFailures(int value) {
    return new RateLimits(connections, messages, recipients, errors, value);
  }
}
