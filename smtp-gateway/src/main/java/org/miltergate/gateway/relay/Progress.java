package org.miltergate.gateway.relay;

import java.util.List;
import java.util.Objects;

/** How far one step of a {@link Delivery} has come. */
public sealed interface Progress {

  /**
   * It can go on, as soon as the sender has been told of these recipients: they were refused
   * permanently, while others get the message or have it.
   *
   * @param refusals all with 5xx; empty if nobody was refused
   */
  record Refused(List<Refusal> refusals) implements Progress {
    public Refused {
      refusals = List.copyOf(refusals);
    }
  }

  /** It has ended; nothing but {@link Delivery#close} is to follow. */
  record Ended(DeliveryResult result) implements Progress {
    public Ended {
      Objects.requireNonNull(result, "result");
    }
  }
}
