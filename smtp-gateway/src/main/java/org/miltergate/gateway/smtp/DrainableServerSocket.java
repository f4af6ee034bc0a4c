package org.miltergate.gateway.smtp;

import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;

/**
 * A listening socket that can stop to listen without an error for the thread that accepts: that
 * thread then waits in {@link #accept} until {@link #close}.
 *
 * <p>Accepted sockets have {@code TCP_NODELAY}, since replies are small and written in one piece.
 *
 * <p>Thread-safe.
 */
final class DrainableServerSocket extends ServerSocket {
  private final CountDownLatch closed = new CountDownLatch(1);
  private volatile boolean draining;

  DrainableServerSocket() throws IOException {}

  @Override
  public Socket accept() throws IOException {
    while (!draining) {
      Socket socket;
      try {
        socket = super.accept();
      } catch (IOException e) {
        if (draining) {
          break;
        }
        throw e;
      }
      try {
        socket.setTcpNoDelay(true);
        return socket;
      } catch (SocketException e) {
        socket.close(); // the client is gone already; wait for the next one
      }
    }
    try {
      closed.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    throw new SocketException("listening socket is closed");
  }

  /** Stops to listen; clients that try to connect are refused from now on. */
  void stopListening() throws IOException {
    draining = true;
    super.close();
  }

  @Override
  public void close() throws IOException {
    draining = true;
    closed.countDown();
    super.close();
  }
}
