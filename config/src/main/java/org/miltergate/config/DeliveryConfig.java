package org.miltergate.config;

import java.time.Duration;
import java.util.Objects;
import org.miltergate.config.setting.Check;

/**
 * How recipients are answered for.
 *
 * @param recipientCheck who is asked before RCPT is answered; default {@code NEXT_HOP}; a Maildir
 *     takes every recipient and is not asked
 * @param recipientCheckCache how long an answer of the next hop holds; 0 for not at all; default 60
 *     s; Postfix {@code address_verify_positive_expire_time}, far longer
 * @param bounceBytes of the original that a bounce returns, 0 to 64 MiB; Postfix {@code
 *     bounce_size_limit}, 50,000; default 50 KiB
 */
public record DeliveryConfig(
    RecipientCheck recipientCheck, Duration recipientCheckCache, int bounceBytes) {
  public static final DeliveryConfig DEFAULT =
      new DeliveryConfig(RecipientCheck.NEXT_HOP, Duration.ofSeconds(60), 50 << 10);

  private static final long MAX_BOUNCE_BYTES = 64L << 20;

  public DeliveryConfig {
    Objects.requireNonNull(recipientCheck, "recipientCheck");
    Check.pause("recipient-check-cache", recipientCheckCache);
    Check.size("bounce-size", bounceBytes, 0, MAX_BOUNCE_BYTES);
  }

  public DeliveryConfig withRecipientCheck(RecipientCheck value) {
    return new DeliveryConfig(value, recipientCheckCache, bounceBytes);
  }

  public DeliveryConfig withRecipientCheckCache(Duration value) {
    return new DeliveryConfig(recipientCheck, value, bounceBytes);
  }

  public DeliveryConfig withBounceBytes(int value) {
    return new DeliveryConfig(recipientCheck, recipientCheckCache, value);
  }
}
