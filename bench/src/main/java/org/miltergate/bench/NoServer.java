package org.miltergate.bench;

import java.net.InetSocketAddress;

/** Nothing between load and sink: what the two can do by themselves. */
record NoServer(InetSocketAddress smtp) implements MailServer {
  @Override
  public long pid() {
    return 0;
  }

  /** The sink is not ours to close. */
  @Override
  public void close() {}
}
