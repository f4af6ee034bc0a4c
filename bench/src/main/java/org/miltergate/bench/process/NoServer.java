package org.miltergate.bench.process;

import java.net.InetSocketAddress;

/** No server between load and sink: what the two can do alone. */
public record NoServer(InetSocketAddress smtp) implements MailServer {
  @Override
  public long pid() {
    return 0;
  }

  /** The sink is closed by its owner. */
  @Override
  public void close() {}
}
