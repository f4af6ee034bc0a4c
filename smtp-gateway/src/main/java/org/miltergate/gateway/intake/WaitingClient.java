package org.miltergate.gateway.intake;

import java.util.Objects;
import java.util.function.BooleanSupplier;

/**
 * The client that waits for the reply to its message.
 *
 * <p>Used by the session's thread.
 *
 * @param sinceNanos when it began to wait, with its final dot, in {@link System#nanoTime}
 * @param gone checks whether the connection was reset, so that the client cannot receive the reply
 *     and will send the message again; does not wait
 */
record WaitingClient(long sinceNanos, BooleanSupplier gone) {
  WaitingClient {
    Objects.requireNonNull(gone, "gone");
  }

  boolean isGone() {
    return gone.getAsBoolean();
  }
}
