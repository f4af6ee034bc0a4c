package org.miltergate.gateway.proxy;

import java.io.IOException;

/** Thrown when the expected PROXY header is missing or malformed. */
public final class ProxyProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProxyProtocolException(String message) {
    super(message);
  }
}
