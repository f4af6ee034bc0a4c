package org.miltergate.gateway.tls;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;
import org.miltergate.net.ByteStream;
import org.miltergate.net.SocketStream;

/** Both ends of a TCP connection, the client's also as a channel. */
record Loopback(ByteStream client, ByteStream server, SocketChannel clientChannel)
    implements AutoCloseable {

  static Loopback open() throws IOException {
    try (ServerSocketChannel listener = ServerSocketChannel.open()) {
      listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
      SocketChannel client = SocketChannel.open(listener.getLocalAddress());
      SocketChannel server = listener.accept();
      return new Loopback(SocketStream.of(client), SocketStream.of(server), client);
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
