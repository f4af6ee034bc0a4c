package org.miltergate.gateway.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.miltergate.milter.transport.MilterConnection;
import org.miltergate.milter.transport.SocketConnection;

/** Both ends of a TCP connection, the client's also as a channel. */
record Loopback(MilterConnection client, MilterConnection server, SocketChannel clientChannel)
    implements AutoCloseable {

  static Loopback open() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel client = SocketChannel.open(listener.getLocalAddress());
      SocketChannel server = listener.accept();
      return new Loopback(SocketConnection.of(client), SocketConnection.of(server), client);
    }
  }

  /** Does something on the other side meanwhile. */
  static <T> FutureTask<T> meanwhile(Callable<T> work) {
    FutureTask<T> task = new FutureTask<>(work);
    Thread.ofVirtual().name("loopback").start(task);
    return task;
  }

  @Override
  public void close() {
    client.close();
    server.close();
  }
}
