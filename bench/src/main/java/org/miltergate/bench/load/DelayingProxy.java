package org.miltergate.bench.load;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Passes TCP connections on to a port of 127.0.0.1 and holds up every byte in both directions, as a
 * distant network does; connecting is not delayed. Thread-safe.
 */
public final class DelayingProxy implements Closeable {
  private static final int BACKLOG = 50;

  private final ServerSocket server;
  private final int target;
  private final Duration delay;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();

  private DelayingProxy(ServerSocket server, int target, Duration delay) {
    this.server = server;
    this.target = target;
    this.delay = delay;
  }

  /**
   * Starts to listen.
   *
   * @param delay of each direction
   */
  public static DelayingProxy start(int target, Duration delay) throws IOException {
    ServerSocket server = new ServerSocket(0, BACKLOG, InetAddress.getByName("127.0.0.1"));
    DelayingProxy proxy = new DelayingProxy(server, target, delay);
    Thread.ofPlatform().daemon().start(proxy::accept);
    return proxy;
  }

  public int port() {
    return server.getLocalPort();
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket client = opened(server.accept());
        Socket next = opened(new Socket("127.0.0.1", target));
        new DelayedStream(client, next, delay).start();
        new DelayedStream(next, client, delay).start();
      } catch (IOException e) {
        close(); // it was already closed, or the target is not there
      }
    }
  }

  private Socket opened(Socket socket) throws IOException {
    open.add(socket);
    socket.setTcpNoDelay(true);
    return socket;
  }

  static void closeQuietly(Closeable one) {
    try {
      one.close();
    } catch (IOException e) {
      return; // its descriptor is released anyway
    }
  }

  @Override
  public void close() {
    closeQuietly(server);
    open.forEach(DelayingProxy::closeQuietly);
  }
}
