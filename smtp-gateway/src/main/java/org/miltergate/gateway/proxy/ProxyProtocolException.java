package org.miltergate.gateway.proxy;

import java.io.IOException;

/** What should be a PROXY header is none. */
public final class ProxyProtocolException extends IOException {
  private static final long serialVersionUID = 1L;

  ProxyProtocolException(String message) {
    super(message);
  }
}
