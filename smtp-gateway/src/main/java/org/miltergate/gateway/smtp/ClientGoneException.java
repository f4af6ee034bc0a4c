package org.miltergate.gateway.smtp;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The connection to the client ended in the middle of something: it was closed, reset or cut. */
final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1;

  ClientGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
