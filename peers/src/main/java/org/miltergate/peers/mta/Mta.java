package org.miltergate.peers.mta;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import org.miltergate.peers.process.Lab;

/** A running mail server that asks milters and relays to one next hop. */
public interface Mta extends Lab.Logged {
  /** Returns the address it accepts SMTP on. */
  InetSocketAddress smtp();

  /**
   * Waits until everything that was accepted has reached the next hop or the quarantine.
   *
   * @throws AssertionError if that takes longer than {@code limit}
   */
  void awaitIdle(Duration limit) throws IOException;

  /** Returns the number of messages in quarantine. */
  int held() throws IOException;
}
