package org.miltergate.gateway.smtp.io;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.miltergate.gateway.tls.ServerTls;
import org.miltergate.gateway.tls.TlsConnection;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Deadline;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.Watchdog;

/**
 * The connection to one SMTP client.
 *
 * <p>Each read and write has a deadline. A read that is late ends the input and leaves the output
 * open, so that the client can be sent a reply; a write that is late closes the connection, because
 * the client does not read. If a read continues after the end of its input, as a TLS read that must
 * write does, the connection is closed: every wait ends.
 *
 * <p>Reads and writes are confined to the session's thread; {@link #drain} and {@link #close} may
 * be called from any.
 */
public final class ClientSocket implements ClientInput.Source, Closeable {
  /** How much later the connection is closed if what limits a read first did not end it. */
  private static final Duration GRACE = Duration.ofSeconds(2);

  /**
   * The same for reads whose own limit may be a glance: a thread that gets no processor for a while
   * is late by itself, and that must not cost a client its connection.
   */
  private static final Duration TIMED_GRACE = Duration.ofSeconds(30);

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
  private final DeadlineSocket plain;
  private final Watchdog.Watch watch;

  /**
   * Ends the input when a read takes too long. A time limit of the socket's own would cost two
   * wake-ups of another thread for each read of a virtual thread.
   */
  private final Watchdog.Watch readWatch;

  private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.BUSY);

  /** The plain stream, or TLS on top of it. */
  private final Duration timedGrace;

  private ByteStream stream;

  public ClientSocket(Socket socket, Watchdog watchdog) throws IOException {
    this(socket, watchdog, TIMED_GRACE);
  }

  /**
   * @param timedGrace how much later the connection is closed if {@link #readInTime} does not end
   */
  public ClientSocket(Socket socket, Watchdog watchdog, Duration timedGrace) throws IOException {
    this.timedGrace = timedGrace;
    this.socket = socket;
    this.plain = new DeadlineSocket(socket);
    this.stream = plain;
    this.watch = watchdog.watch(socket);
    this.readWatch = watchdog.watch(socket::shutdownInput);
  }

  public InetSocketAddress remoteAddress() {
    return (InetSocketAddress) socket.getRemoteSocketAddress();
  }

  public InetSocketAddress localAddress() {
    return (InetSocketAddress) socket.getLocalSocketAddress();
  }

  /**
   * {@inheritDoc} Takes no more from the connection than it returns, so that a TLS handshake can
   * follow. Nothing can be read any more after a deadline that was not kept.
   */
  @Override
  public int read(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    return read(stream, ByteBuffer.wrap(into, offset, length), deadline);
  }

  private int read(ByteStream from, ByteBuffer into, Deadline deadline) throws IOException {
    Duration left = deadline.left();
    if (!left.isPositive()) {
      throw tooLate();
    }
    readWatch.arm(left);
    watch.arm(left.plus(GRACE)); // for a read that waits for something else than input
    int count;
    try {
      count = from.read(into);
    } catch (IOException e) {
      throw readWatch.disarm()
          ? new ClientGoneException("cannot read from the client: " + e.getMessage(), e)
          : tooLate();
    } finally {
      watch.disarm();
    }
    if (!readWatch.disarm()) {
      throw tooLate();
    }
    return count;
  }

  @Override
  public int readInTime(byte[] into, int offset, int length, Deadline deadline) throws IOException {
    plain.until(deadline);
    watch.arm(deadline.left().plus(timedGrace));
    try {
      return stream.read(ByteBuffer.wrap(into, offset, length));
    } catch (SocketTimeoutException e) {
      throw tooLate();
    } catch (IOException e) {
      throw watch.expired()
          ? tooLate()
          : new ClientGoneException("cannot read from the client: " + e.getMessage(), e);
    } finally {
      watch.disarm();
      plain.untilTold();
    }
  }

  @Override
  public int readNow(byte[] into, int offset, int length) throws IOException {
    try {
      return stream.readNow(ByteBuffer.wrap(into, offset, length));
    } catch (IOException e) {
      throw new ClientGoneException("cannot read from the client: " + e.getMessage(), e);
    }
  }

  private static ClientTimeoutException tooLate() {
    return new ClientTimeoutException("the client did not send in time");
  }

  /**
   * Writes all bytes.
   *
   * @throws ClientTimeoutException if the client does not read them within {@code limit}; the
   *     connection is then closed
   * @throws ClientGoneException if the connection broke
   */
  void write(byte[] bytes, int length, Duration limit) throws IOException {
    try {
      watch.run(limit, () -> stream.write(ByteBuffer.wrap(bytes, 0, length)));
    } catch (DeadlineException e) {
      throw new ClientTimeoutException("the client did not read within " + DurationText.of(limit));
    } catch (IOException e) {
      throw new ClientGoneException("cannot write to the client: " + e.getMessage(), e);
    }
  }

  /**
   * Negotiates TLS; what is read and written from now on goes through it. {@link #drain} ends it.
   *
   * @param limit for the whole handshake
   * @throws ClientTimeoutException if the limit passed first
   * @throws SSLException if client and gateway cannot agree; the client was told
   * @throws ClientGoneException if the connection broke
   */
  public TlsFacts startTls(ServerTls tls, Duration limit) throws IOException {
    if (!beginWait()) {
      throw new ClientGoneException("the gateway stops", null);
    }
    try {
      plain.until(Deadline.in(limit));
      watch.arm(limit.plus(GRACE));
      TlsConnection encrypted = tls.accept(plain);
      stream = encrypted;
      return encrypted.facts();
    } catch (SSLException e) {
      throw e;
    } catch (IOException e) {
      if (watch.expired() || e instanceof SocketTimeoutException) {
        throw new ClientTimeoutException(
            "handshake not completed within " + DurationText.of(limit));
      }
      throw new ClientGoneException("lost connection", e);
    } finally {
      watch.disarm();
      plain.untilTold();
      endWait(); // if the gateway is to stop, the session sees it before its next wait
    }
  }

  /** Reports that a command is waited for; false if the session is to end instead. */
  public boolean beginWait() {
    return phase.compareAndSet(Phase.BUSY, Phase.WAITING);
  }

  /** Ends {@link #beginWait}; false if the session is to end. */
  public boolean endWait() {
    return phase.compareAndSet(Phase.WAITING, Phase.BUSY);
  }

  public boolean isDraining() {
    return phase.get() == Phase.DRAINING;
  }

  /**
   * Asks the session to end at its next wait for a command, and ends a wait that is in progress:
   * its read then finds the end of the input.
   */
  public void drain() {
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
   * make the kernel throw the reply away. Waits at most a second for the client to close its side;
   * always a second if a read was too late, as nothing can be read any more.
   */
  public void linger() {
    Deadline deadline = Deadline.in(LINGER);
    ByteBuffer thrownAway = ByteBuffer.allocate(ClientInput.CONTENT_BUFFER_BYTES);
    try {
      if (stream instanceof TlsConnection encrypted) {
        watch.run(LINGER, encrypted::closeOutput);
      }
      socket.shutdownOutput();
      if (readWatch.expired()) {
        LockSupport.parkNanos(LINGER.toNanos());
        return;
      }
      int seen = 0;
      while (seen < MAX_LINGER_BYTES) {
        int read = read(plain, thrownAway.clear(), deadline);
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
  public void close() {
    watch.close();
    readWatch.close();
    stream.close();
  }
}
