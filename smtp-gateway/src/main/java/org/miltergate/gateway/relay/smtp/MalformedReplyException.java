package org.miltergate.gateway.relay.smtp;

import java.io.IOException;

/** What the next hop sent is no reply of SMTP. */
final class MalformedReplyException extends IOException {
  private static final long serialVersionUID = 1;

  MalformedReplyException(String message) {
    super(message);
  }
}
