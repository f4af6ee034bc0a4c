package org.miltergate.net;

import java.io.IOException;
import java.time.Duration;

/** Opens connections to milters. Thread-safe. */
@FunctionalInterface
public interface Dialer {

  /**
   * Connects to {@code address}, name lookup included, within {@code limit}.
   *
   * @param limit above zero
   * @throws java.net.SocketTimeoutException if the limit passed first
   * @throws LocalFailureException if this side has no file descriptor, address or port left
   * @throws IOException if there is no connection; the message tells why but not to whom, and does
   *     not name the milter
   */
  ByteStream dial(Endpoint address, Duration limit) throws IOException;
}
