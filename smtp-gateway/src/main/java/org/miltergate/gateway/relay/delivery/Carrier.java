package org.miltergate.gateway.relay.delivery;

import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.MailParameters;

/**
 * A next hop as {@link MessageDelivery} uses it: one that can do its part of a delivery without
 * knowing of the others.
 *
 * <p>Thread-safe.
 */
@FunctionalInterface
public interface Carrier {

  /**
   * Begins its part of a message; does not connect yet.
   *
   * @return to be closed
   */
  Leg leg(MailParameters mail, DeliveryKind kind);
}
