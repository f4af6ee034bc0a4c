package org.miltergate.peers.milters;

import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;
import org.miltergate.peers.process.Lab;

/**
 * A milter that runs as a child of the test, with the daemons that it needs.
 *
 * <p>Closing it ends them, the milter first.
 */
public final class RealMilter implements Lab.Logged {
  private static final int KNOCKS = 20;
  private static final Duration KNOCK_PAUSE = Duration.ofMillis(50);

  private final String name;
  private final String address;
  private final SocketAddress socket;
  private final Daemon daemon;
  private final List<Daemon> helpers;

  private RealMilter(
      String name, String address, SocketAddress socket, Daemon daemon, List<Daemon> helpers) {
    this.name = name;
    this.address = address;
    this.socket = socket;
    this.daemon = daemon;
    this.helpers = List.copyOf(helpers);
  }

  /** What to run for a milter on a given port. */
  @FunctionalInterface
  interface CommandOnPort {
    /** Writes the configuration for that port and returns the command. */
    List<String> on(int port) throws IOException;
  }

  /** Starts a milter on a free port; {@code helpers} run already and end with it. */
  static RealMilter onFreePort(
      String name, Path folder, List<Daemon> helpers, CommandOnPort command) throws IOException {
    return startOrClose(
        helpers,
        () ->
            Endpoints.startOnFreePort(port -> {
              Daemon daemon = Daemon.start(folder, command.on(port));
              SocketAddress socket = Endpoints.tcp(port);
              Endpoints.awaitListening(daemon, socket);
              return new RealMilter(name, "inet:127.0.0.1:" + port, socket, daemon, helpers);
            }));
  }

  /** Starts a milter on the Unix socket {@code s} of its folder. */
  static RealMilter onUnixSocket(
      String name, Path folder, List<Daemon> helpers, Function<Path, List<String>> command)
      throws IOException {
    Path path = folder.resolve("s");
    return startOrClose(
        helpers,
        () -> {
          Daemon daemon = Daemon.start(folder, command.apply(path));
          SocketAddress socket = Endpoints.unix(path);
          Endpoints.awaitListening(daemon, socket);
          // Postfix connects as a user of its own, whatever mask the milter has.
          Files.setPosixFilePermissions(path, PosixFilePermissions.fromString("rwxrwxrwx"));
          return new RealMilter(name, "unix:" + path, socket, daemon, helpers);
        });
  }

  private interface Start {
    RealMilter run() throws IOException;
  }

  private static RealMilter startOrClose(List<Daemon> helpers, Start start) throws IOException {
    try {
      return start.run();
    } catch (IOException | RuntimeException e) {
      helpers.forEach(Daemon::close);
      throw e;
    }
  }

  /** Returns where it listens, in Postfix's notation. */
  public String address() {
    return address;
  }

  public SocketAddress socket() {
    return socket;
  }

  @Override
  public String log() {
    List<Daemon> all = new ArrayList<>(helpers);
    all.add(daemon);
    StringBuilder text = new StringBuilder();
    all.forEach(one -> text.append(one).append(":\n").append(one.output()).append('\n'));
    return text.toString();
  }

  /** Ends the milter at once with SIGKILL; its helpers stay until it is closed. */
  public void kill() {
    daemon.kill();
  }

  @Override
  public void close() {
    daemon.terminate();
    try {
      // libmilter looks at its signals only every five seconds, or when a client comes.
      for (int i = 0; i < KNOCKS && !daemon.awaitEnd(KNOCK_PAUSE); i++) {
        Endpoints.knock(socket);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    daemon.close();
    helpers.forEach(Daemon::close);
  }

  @Override
  public String toString() {
    return name + " at " + address;
  }
}
