package org.miltergate.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Programs;

/** Postfix's {@code smtp-sink}, which accepts everything and keeps nothing; it does not count. */
public record Sink(Daemon daemon, int port) implements Closeable {
  private static final String BACKLOG = "1000";

  public static Sink start(Path folder) throws IOException {
    Path program = Programs.require("smtp-sink");
    return Endpoints.startOnFreePort(port -> {
      Daemon daemon =
          Daemon.start(
              folder, List.of(program.toString(), "-u", "nobody", "127.0.0.1:" + port, BACKLOG));
      Endpoints.awaitListening(daemon, Endpoints.tcp(port));
      return new Sink(daemon, port);
    });
  }

  public InetSocketAddress smtp() {
    return new InetSocketAddress("127.0.0.1", port);
  }

  public long pid() {
    return daemon.pid();
  }

  @Override
  public void close() {
    daemon.close();
  }
}
