package org.miltergate.gateway.relay;

import java.io.Closeable;

/**
 * Where accepted messages go.
 *
 * <p>Thread-safe: one next hop serves all sessions.
 */
public interface NextHop extends Closeable {

  /**
   * Hands over a message to all its recipients, or to none of them.
   *
   * <p>Blocks, each step within its limit, until it is known what became of the message. Every
   * failure is a result; only misuse is an exception. {@link DeliveryResult.Delivered} is returned
   * once the next hop is answerable for the message; until then the caller is. Neither closes nor
   * changes the message.
   */
  DeliveryResult deliver(OutboundMessage message);

  /** Lets go of idle connections. Deliveries that are under way go on. */
  @Override
  void close();
}
