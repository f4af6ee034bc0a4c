package org.miltergate.net;

import java.io.IOException;
import java.time.Duration;

/** Opens connections. Thread-safe. */
@FunctionalInterface
public interface Dialer {

  /**
   * Connects to {@code address}, including name lookup, within {@code limit}; blocks until then at
   * most.
   *
   * @param limit above zero
   * @throws java.net.SocketTimeoutException if the limit passed first
   * @throws LocalFailureException if this machine has no file descriptor, address or port left
   * @throws IOException if the connection fails; the message says why, but does not name the peer
   */
  ByteStream dial(Endpoint address, Duration limit) throws IOException;
}
