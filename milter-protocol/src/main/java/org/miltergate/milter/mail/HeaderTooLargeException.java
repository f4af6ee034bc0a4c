package org.miltergate.milter.mail;

import java.io.IOException;
import java.util.Locale;

/** Says that the header block of a message is larger than allowed. */
public final class HeaderTooLargeException extends IOException {
  private static final long serialVersionUID = 1L;

  HeaderTooLargeException(long maxHeaderBytes) {
    super(
        String.format(
            Locale.ROOT, "header block is larger than the limit of %d bytes", maxHeaderBytes));
  }
}
