package org.miltergate.net;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import org.jspecify.annotations.Nullable;

/**
 * Says that this side could not do its part of a dialogue: its thread was interrupted, or it has no
 * file descriptor, no memory or no local port left.
 *
 * <p>The peer has not failed, so that no policy for a failed milter applies, {@code accept} least
 * of all: mail would pass a milter that works. What was under way ends in a temporary failure.
 */
public final class LocalFailureException extends IOException {
  private static final long serialVersionUID = 1;

  public LocalFailureException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }

  /**
   * Returns whether an exchange ended because this thread was interrupted, as when the service
   * stops. An interrupt closes the channel that the thread waits in.
   */
  public static boolean isInterrupt(IOException failure) {
    return failure instanceof ClosedByInterruptException || Thread.currentThread().isInterrupted();
  }
}
