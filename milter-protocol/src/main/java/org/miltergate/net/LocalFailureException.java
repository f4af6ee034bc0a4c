package org.miltergate.net;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Thrown for a failure on this side of a dialogue: the thread was interrupted, or there is no file
 * descriptor, memory or local port left.
 *
 * <p>The peer has not failed, so no default action for a failed milter applies, least of all {@code
 * accept}: mail would bypass a milter that works. The operation ends in a temporary failure.
 */
public final class LocalFailureException extends IOException {
  private static final long serialVersionUID = 1;

  public LocalFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns whether an exchange ended because this thread was interrupted, such as when the service
   * stops. An interrupt closes the channel that the thread is blocked in.
   */
  public static boolean isInterrupt(IOException failure) {
    return failure instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted();
  }
}
