package org.miltergate.gateway.smtp.io;

import java.io.IOException;

/** The client did not send, or did not read, within its limit. */
public final class ClientTimeoutException extends IOException {
  private static final long serialVersionUID = 1;

  ClientTimeoutException(String message) {
    super(message);
  }
}
