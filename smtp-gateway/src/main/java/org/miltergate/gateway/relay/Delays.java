package org.miltergate.gateway.relay;

import java.time.Duration;

/**
 * How long a delivery took: the third and fourth part of Postfix's {@code delays=a/b/c/d}.
 *
 * @param setup until there was a connection over which the next hop had been greeted
 * @param transfer from then on until the reply that decided
 */
public record Delays(Duration setup, Duration transfer) {
  public static final Delays NONE = new Delays(Duration.ZERO, Duration.ZERO);

  public Delays {
    if (setup.isNegative() || transfer.isNegative()) {
      throw new IllegalArgumentException(
          "delay must not be below zero, was " + setup + " and " + transfer);
    }
  }
}
