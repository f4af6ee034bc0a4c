package org.miltergate.gateway.smtp.io;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The connection to the client ended in the middle of something: it was closed, reset or cut. */
public final class ClientGoneException extends IOException {
  private static final long serialVersionUID = 1;

  public ClientGoneException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
