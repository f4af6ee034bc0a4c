package org.miltergate.gateway.relay;

import java.io.IOException;

/** The client has reset its connection before the message was handed over. */
public final class ClientLostException extends IOException {
  private static final long serialVersionUID = 1;

  ClientLostException() {
    super("the client is gone and will send the message again");
  }
}
