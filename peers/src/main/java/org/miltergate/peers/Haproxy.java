package org.miltergate.peers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Lab;
import org.miltergate.peers.process.Programs;

/**
 * HAProxy as a plain TCP proxy that tells the server who the client is.
 *
 * <p>Two ports lead to the server: one tells it by the PROXY protocol's version 1, the other by
 * version 2.
 */
public final class Haproxy implements Lab.Logged {
  private static final String CONFIG =
      """
      global
        maxconn 100
      defaults
        mode tcp
        timeout connect 10s
        timeout client 60s
        timeout server 60s
      listen version1
        bind 127.0.0.1:PORT1
        server gateway 127.0.0.1:BACK send-proxy
      listen version2
        bind 127.0.0.1:PORT2
        server gateway 127.0.0.1:BACK send-proxy-v2
      """;

  private final Daemon daemon;
  private final int version1;
  private final int version2;

  private Haproxy(Daemon daemon, int version1, int version2) {
    this.daemon = daemon;
    this.version1 = version1;
    this.version2 = version2;
  }

  /** Starts one before a port of 127.0.0.1. */
  public static Haproxy inFrontOf(int port, Path folder) throws IOException {
    Path program = Programs.require("haproxy");
    return Endpoints.startOnFreePort(first -> {
      int second = Endpoints.freePort();
      Path config = folder.resolve("haproxy.cfg");
      Files.writeString(
          config,
          CONFIG
              .replace("PORT1", Integer.toString(first))
              .replace("PORT2", Integer.toString(second))
              .replace("BACK", Integer.toString(port)));
      Daemon daemon =
          Daemon.start(folder, List.of(program.toString(), "-db", "-f", config.toString()));
      Endpoints.awaitListening(daemon, Endpoints.tcp(first));
      Endpoints.awaitListening(daemon, Endpoints.tcp(second));
      return new Haproxy(daemon, first, second);
    });
  }

  /** Returns the address for clients to be announced with version 1. */
  public InetSocketAddress version1() {
    return new InetSocketAddress("127.0.0.1", version1);
  }

  /** Returns the address for clients to be announced with version 2. */
  public InetSocketAddress version2() {
    return new InetSocketAddress("127.0.0.1", version2);
  }

  @Override
  public String log() {
    return daemon.output();
  }

  @Override
  public void close() {
    daemon.close();
  }

  @Override
  public String toString() {
    return "haproxy at " + version1 + " and " + version2;
  }
}
