package org.miltergate.config;

import static org.miltergate.config.setting.Forms.intSize;
import static org.miltergate.config.setting.Forms.pause;

import java.time.Duration;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * How recipients are checked and senders are told.
 *
 * <p>Its keys are in the outermost mapping of a document. Immutable and thread-safe.
 */
public record DeliveryConfig(Values<DeliveryConfig> values) implements Settings<DeliveryConfig> {
  private static final Rows<DeliveryConfig> ROWS = new Rows<>();

  /** A Maildir accepts every recipient and is not asked. */
  public static final Setting<DeliveryConfig, RecipientCheck> RECIPIENT_CHECK =
      ROWS.add("recipient-check", TextForm.ofEnum(RecipientCheck.class), RecipientCheck.NEXT_HOP)
          .postfix("reject_unverified_recipient")
          .means("who is asked about a recipient before RCPT is answered");

  /** Postfix's default is far longer. */
  public static final Setting<DeliveryConfig, Duration> RECIPIENT_CHECK_CACHE =
      ROWS.add("recipient-check-cache", pause(), Duration.ofSeconds(60))
          .postfix("address_verify_positive_expire_time")
          .means("how long the next hop's reply is cached; 0s for not at all");

  public static final Setting<DeliveryConfig, Integer> BOUNCE_SIZE =
      ROWS.add("bounce-size", intSize(0, 64 << 20), 50 << 10)
          .postfix("bounce_size_limit")
          .means("how much of a message goes back in a bounce");

  public static final DeliveryConfig DEFAULT = ROWS.table(DeliveryConfig::new).defaults();

  public RecipientCheck recipientCheck() {
    return get(RECIPIENT_CHECK);
  }

  public Duration recipientCheckCache() {
    return get(RECIPIENT_CHECK_CACHE);
  }

  public int bounceBytes() {
    return get(BOUNCE_SIZE);
  }
}
