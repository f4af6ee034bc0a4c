package org.miltergate.gateway.relay;

import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The client that waits for the reply to its message.
 *
 * <p>Used by the thread that delivers the message.
 *
 * @param sinceNanos when it began to wait, with its final dot, in {@link System#nanoTime}
 * @param gone looks whether the connection was reset, so that the client cannot hear the reply and
 *     will send the message again; does not wait
 */
public record WaitingClient(long sinceNanos, BooleanSupplier gone) {
  public WaitingClient {
    Objects.requireNonNull(gone, "gone");
  }

  /** Returns one for a message that nobody waits for, from now on. */
  public static WaitingClient none() {
    return new WaitingClient(System.nanoTime(), () -> false);
  }

  /**
   * Looks at the client for the last time before others have the message.
   *
   * @throws ClientLostException if it is gone
   */
  public void requirePresent() throws ClientLostException {
    if (gone.getAsBoolean()) {
      throw new ClientLostException();
    }
  }
}
