package org.miltergate.net;

import java.net.SocketTimeoutException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.text.DurationText;

/** Says that an exchange took longer than it may; the stream is closed, or about to be. */
public final class DeadlineException extends SocketTimeoutException {
  private static final long serialVersionUID = 1;

  DeadlineException(Duration limit, @Nullable Throwable cause) {
    super("no end within " + DurationText.of(limit));
    initCause(cause);
  }
}
