package org.miltergate.gateway.dns;

import java.io.IOException;

/** The DNS gave no answer that can be used; another try may get one. */
final class DnsException extends IOException {
  private static final long serialVersionUID = 1L;

  DnsException(String message, Throwable cause) {
    super(message, cause);
  }
}
