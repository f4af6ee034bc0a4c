package org.miltergate.gateway.smtp.session;

import org.jspecify.annotations.Nullable;
import org.miltergate.config.DeliveryConfig;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.MailOption;
import org.miltergate.gateway.relay.MailOrigin;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.RecipientAnswer;
import org.miltergate.gateway.relay.RecipientCache;
import org.miltergate.gateway.smtp.syntax.MailArguments;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/** Begins messages at the next hop, if it is to be asked about recipients. Thread-safe. */
public final class RecipientChecks {
  private final NextHop nextHop;
  private final @Nullable RecipientCache cache;

  private RecipientChecks(NextHop nextHop, @Nullable RecipientCache cache) {
    this.nextHop = nextHop;
    this.cache = cache;
  }

  public static RecipientChecks of(DeliveryConfig config, NextHop nextHop) {
    return switch (config.recipientCheck()) {
      case NONE -> new RecipientChecks(nextHop, null);
      case NEXT_HOP ->
          new RecipientChecks(nextHop, new RecipientCache(config.recipientCheckCache()));
    };
  }

  /** Begins a message; the result is to be closed. */
  public Delivery begin(MailArguments mail, MailOrigin origin) {
    Sender sender = mail.sender();
    long length = Math.max(0, mail.declaredBytes());
    return nextHop.begin(new MailParameters(sender, MailOption.of(sender), length), origin);
  }

  /** Asks about a recipient of a message that has begun, if the next hop is to be asked. */
  public RecipientAnswer ask(
      Delivery delivery, Sender sender, MailOrigin origin, Recipient recipient) {
    return cache == null
        ? new RecipientAnswer.Taken()
        : cache.ask(delivery, sender, origin, recipient);
  }
}
