package org.miltergate.milter.mail;

import java.io.IOException;
import java.util.Locale;

/**
 * Says that the memory for messages is used up for now.
 *
 * <p>Neither the message nor a milter is to blame: the client should try again later, as on a full
 * disk.
 */
public final class MemoryUsedUpException extends IOException {
  private static final long serialVersionUID = 1L;

  MemoryUsedUpException(long wantedBytes) {
    super(
        String.format(
            Locale.ROOT,
            "the memory for messages under way is used up; %d bytes more were needed",
            wantedBytes));
  }
}
