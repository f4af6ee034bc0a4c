package org.miltergate.milter.body;

import java.io.IOException;
import java.util.Locale;

/**
 * Thrown when the memory for messages is exhausted.
 *
 * <p>Neither the message nor a milter is at fault: the client should try again later, as with a
 * full disk.
 */
public final class MemoryUsedUpException extends IOException {
  private static final long serialVersionUID = 1L;

  MemoryUsedUpException(long wantedBytes) {
    super(
        String.format(
            Locale.ROOT,
            "the memory for messages in progress is exhausted; %d more bytes were needed",
            wantedBytes));
  }
}
