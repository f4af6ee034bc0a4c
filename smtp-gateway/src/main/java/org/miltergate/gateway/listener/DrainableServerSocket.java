package org.miltergate.gateway.listener;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.ProtocolFamily;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.concurrent.CountDownLatch;

/**
 * A listening socket of the address's own family that can stop listening without an error for the
 * thread that accepts: that thread then waits in {@link #accept} until {@link #close}.
 *
 * <p>A {@link ServerSocket} of Java's own is always one for IPv6 and IPv4, so {@code 0.0.0.0} also
 * accepts IPv6 clients. Here {@code 0.0.0.0} is for IPv4 only. {@code ::} is for both, since Java
 * offers no choice; where another socket has the port for IPv4, that one gets those clients.
 *
 * <p>Accepted sockets have {@code TCP_NODELAY}, since replies are small and written in one piece.
 *
 * <p>Thread-safe.
 */
final class DrainableServerSocket extends ServerSocket {
  /** Whether another of our sockets has the same port for the other family. */
  enum PortUse {
    ALONE,
    /** The other one follows; no other process may have the port yet. */
    FIRST_OF_TWO,
    SECOND_OF_TWO
  }

  private final ServerSocketChannel channel;
  private final PortUse portUse;
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean draining;

  /**
   * @param address that will be bound
   * @throws IOException if no socket can be created, or the JVM has no IPv6 and the address is an
   *     IPv6 address
   */
  DrainableServerSocket(InetAddress address, PortUse portUse) throws IOException {
    ProtocolFamily family =
        address instanceof Inet4Address
            ? StandardProtocolFamily.INET
            : StandardProtocolFamily.INET6;
    try {
      channel = ServerSocketChannel.open(family);
    } catch (UnsupportedOperationException e) {
      throw new IOException("there is no IPv6 on this machine, or the JVM is set not to use it", e);
    }
    this.portUse = portUse;
  }

  /**
   * {@inheritDoc} The kernel lets two sockets have a port only if both set SO_REUSEPORT or similar
   * options.
   */
  @Override
  public void bind(SocketAddress address, int backlog) throws IOException {
    if (portUse == PortUse.SECOND_OF_TWO) {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }
    channel.bind(address, backlog);
    if (portUse == PortUse.FIRST_OF_TWO) {
      channel.setOption(StandardSocketOptions.SO_REUSEPORT, true);
    }
  }

  @Override
  public int getLocalPort() {
    return channel.socket().getLocalPort();
  }

  @Override
  public Socket accept() throws IOException {
    while (!draining) {
      SocketChannel accepted;
      try {
        accepted = channel.accept();
      } catch (IOException e) {
        if (draining) {
          break;
        }
        throw e;
      }
      try {
        accepted.setOption(StandardSocketOptions.TCP_NODELAY, true);
        return accepted.socket();
      } catch (IOException e) {
        accepted.close(); // the client has already disconnected; wait for the next one
      }
    }
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("listening socket is closed");
  }

  /** Stops listening; clients that try to connect are refused from now on. */
  void stopListening() throws IOException {
    draining = true;
    channel.close();
  }

  @Override
  public void close() throws IOException {
    stopListening();
    closed.countDown();
  }
}
