package org.miltergate.bench;

import java.io.Closeable;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.transport.MilterAddress;
import org.miltergate.milter.transport.SocketDialer;

/** A libmilter filter as a process of its own. */
final class Filter implements Closeable {
  private static final Duration START_LIMIT = Duration.ofSeconds(10);

  private final Process process;
  private final MilterAddress address;

  private Filter(Process process, MilterAddress address) {
    this.process = process;
    this.address = address;
  }

  static Filter onUnixSocket(CProgram program, Path socket, String... words) throws IOException {
    return start(program, "unix:" + socket, new MilterAddress.Unix(socket), words);
  }

  static Filter onTcp(CProgram program, String... words) throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    String there = "inet:" + port + "@127.0.0.1";
    return start(program, there, new MilterAddress.Inet("127.0.0.1", port), words);
  }

  private static Filter start(
      CProgram program, String there, MilterAddress address, String... words) throws IOException {
    String[] arguments = new String[words.length + 1];
    arguments[0] = there;
    System.arraycopy(words, 0, arguments, 1, words.length);
    Filter filter = new Filter(program.start(arguments), address);
    try {
      filter.awaitListening();
      return filter;
    } catch (IOException e) {
      filter.close();
      throw e;
    }
  }

  private void awaitListening() throws IOException {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (true) {
      try {
        new SocketDialer().dial(address, START_LIMIT).close();
        return;
      } catch (IOException e) {
        if (System.nanoTime() > end || !process.isAlive()) {
          throw new IOException("filter at " + address + " does not listen", e);
        }
        pause();
      }
    }
  }

  private static void pause() throws IOException {
    try {
      TimeUnit.MILLISECONDS.sleep(20);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  MilterAddress address() {
    return address;
  }

  long pid() {
    return process.pid();
  }

  /** Returns the address as the C programs want it: a path, or a port of 127.0.0.1. */
  String addressForC() {
    return switch (address) {
      case MilterAddress.Unix(Path path) -> path.toString();
      case MilterAddress.Inet(String host, int port) -> Integer.toString(port);
    };
  }

  @Override
  public void close() {
    process.destroy();
  }
}
