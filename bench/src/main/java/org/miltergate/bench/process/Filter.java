package org.miltergate.bench.process;

import java.io.Closeable;
import java.io.IOException;
import java.net.SocketAddress;
import java.nio.file.Path;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.process.Daemon;
import org.miltergate.peers.process.Endpoints;

/** A libmilter milter in its own process. */
public final class Filter implements Closeable {
  private final Daemon daemon;
  private final Endpoint address;

  private Filter(Daemon daemon, Endpoint address) {
    this.daemon = daemon;
    this.address = address;
  }

  public static Filter onUnixSocket(CProgram program, Path socket, String... words)
      throws IOException {
    return start(program, "unix:" + socket, Endpoints.unix(socket), words);
  }

  public static Filter onTcp(CProgram program, String... words) throws IOException {
    return Endpoints.startOnFreePort(
        port -> start(program, "inet:" + port + "@127.0.0.1", Endpoints.tcp(port), words));
  }

  private static Filter start(
      CProgram program, String there, SocketAddress address, String... words) throws IOException {
    String[] arguments = new String[words.length + 1];
    arguments[0] = there;
    System.arraycopy(words, 0, arguments, 1, words.length);
    Daemon daemon = Daemon.start(program.folder(), program.command(arguments));
    Endpoints.awaitListening(daemon, address);
    return new Filter(daemon, Endpoint.of(address));
  }

  public Endpoint address() {
    return address;
  }

  public long pid() {
    return daemon.pid();
  }

  /** Returns the address in the form that the C programs take: a path, or a port of 127.0.0.1. */
  public String addressForC() {
    return switch (address) {
      case Endpoint.Unix(Path path) -> path.toString();
      case Endpoint.Inet(String host, int port) -> Integer.toString(port);
    };
  }

  @Override
  public void close() {
    daemon.close();
  }
}
