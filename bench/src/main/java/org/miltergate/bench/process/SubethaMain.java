package org.miltergate.bench.process;

import org.subethamail.smtp.server.SMTPServer;

/**
 * SubEthaSMTP as its documentation starts it: a platform thread for each session; messages are
 * accepted and dropped.
 */
public final class SubethaMain {
  private static final int MANY = 100_000;

  private SubethaMain() {}

  /** Runs until the process is ended. */
  public static void main(String[] arguments) {
    SMTPServer server =
        SMTPServer.port(0)
            .hostName("mx.test")
            .maxConnections(MANY)
            .messageHandler((context, from, to, data) -> {})
            .build();
    server.start();
    System.out.println("listening on 127.0.0.1:" + server.getPortAllocated());
  }
}
