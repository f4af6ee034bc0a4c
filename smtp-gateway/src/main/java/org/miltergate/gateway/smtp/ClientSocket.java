package org.miltergate.gateway.smtp;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import org.miltergate.milter.transport.Watchdog;

/**
 * The connection to one SMTP client.
 *
 * <p>Each read and write has a deadline. A read that is too late leaves the connection open, so
 * that the client can be told; a write that is too late closes it, because a client that does not
 * read cannot be told anything.
 *
 * <p>Reads and writes are confined to the session's thread; {@link #drain} and {@link #close} may
 * be called from any.
 */
final class ClientSocket implements ClientInput.Source, Closeable {
  /** How long the watchdog stands behind a read that the socket itself limits. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  private static final Duration LINGER = Duration.ofSeconds(1);
  private static final int MAX_LINGER_BYTES = 1024 * 1024;

  private enum Phase {
    /** The session works. */
    BUSY,
    /** The session waits for the client's next command. */
    WAITING,
    /** The session is to end before it waits for another command. */
    DRAINING
  }

  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private final Watchdog.Watch watch;
  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUSY);

  ClientSocket(Socket socket, InputStream input, Watchdog watchdog) throws IOException {
    this.socket = socket;
    this.input = input;
    this.output = socket.getOutputStream();
    this.watch = watchdog.watch(socket);
  }

  InetSocketAddress remoteAddress() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    return read(input, into, offset, length, deadline);
  }

  /**
   * Reads as {@link #read}, but takes no more from the connection than it returns, so that a TLS
   * handshake can follow. Of use before the first {@link #read} only.
   */
  int readUnbuffered(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    return read(socket.getInputStream(), into, offset, length, deadline);
  }

  private int read(InputStream from, byte[] into, int offset, int length, Deadline deadline)
      throws IOException {
    int millis = deadline.remainingMillis();
    if (millis == 0) {
      throw new ClientTimeoutException("the client did not send in time");
    }
    try {
      socket.setSoTimeout(millis);
      watch.arm(deadline.remaining().plus(GRACE));
      return from.read(into, offset, length);
    } catch (SocketTimeoutException e) {
      throw new ClientTimeoutException("the client did not send in time");
    } catch (IOException e) {
      if (watch.expired()) {
        throw new ClientTimeoutException("the client did not send in time");
      }
      throw new ClientGoneException("cannot read from the client: " + e.getMessage(), e);
    } finally {
      watch.disarm();
    }
  }

  /**
   * Writes all bytes.
   *
   * @throws ClientTimeoutException if the client does not read them within {@code limit}; the
   *     connection is then closed
   * @throws ClientGoneException if the connection broke
   */
  void write(byte[] bytes, int length, Duration limit) throws IOException {
    watch.arm(limit);
    try {
      output.write(bytes, 0, length);
      output.flush();
    } catch (IOException e) {
      if (watch.expired()) {
        throw new ClientTimeoutException("the client did not read within " + limit);
      }
      throw new ClientGoneException("cannot write to the client: " + e.getMessage(), e);
    } finally {
      watch.disarm();
    }
  }

  /** Says that a command is waited for; false if the session is to end instead. */
  boolean beginWait() {
    return phase.compareAndSet(Phase.BUSY, Phase.WAITING);
  }

  /** Ends {@link #beginWait}; false if the session is to end. */
  boolean endWait() {
    return phase.compareAndSet(Phase.WAITING, Phase.BUSY);
  }

  boolean isDraining() {
    return phase.get() == Phase.DRAINING;
  }

  /**
   * Asks the session to end at its next wait for a command, and ends a wait that is under way: its
   * read then finds the end of the input.
   */
  void drain() {
    if (phase.getAndSet(Phase.DRAINING) == Phase.WAITING) {
      try {
        socket.shutdownInput();
      } catch (IOException e) {
        // The connection is closed already, so that nobody waits on it.
        return;
      }
    }
  }

  /**
   * Lets the client read the last reply before the connection ends: closing with unread input would
   * make the kernel throw the reply away. Waits at most a second for the client to close its side.
   */
  void linger() {
    Deadline deadline = Deadline.in(LINGER);
    byte[] thrownAway = new byte[ClientInput.MIN_BUFFER_BYTES];
    try {
      socket.shutdownOutput();
      int seen = 0;
      while (seen < MAX_LINGER_BYTES) {
        int read = read(thrownAway, 0, thrownAway.length, deadline);
        if (read < 0) {
          return;
        }
        seen += read;
      }
    } catch (IOException e) {
      // The client is gone or slow; either way the connection has to end now.
      return;
    }
  }

  @Override
  public void close() throws IOException {
    watch.close();
    socket.close();
  }
}
