package org.miltergate.gateway.relay;

/** What is delivered. */
public enum DeliveryKind {
  /** A message that a client sent. */
  MESSAGE,
  /**
   * A notice about a message that is being delivered by this thread. It never waits for that
   * message to end.
   */
  NOTICE
}
