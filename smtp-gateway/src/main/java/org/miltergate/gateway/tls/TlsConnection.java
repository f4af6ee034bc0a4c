package org.miltergate.gateway.tls;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLEngineResult;
import javax.net.ssl.SSLEngineResult.HandshakeStatus;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLSession;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Watchdog;

/**
 * An encrypted stream on top of a plain one, of either side.
 *
 * <p>Time limits are those of the plain stream: whatever makes its {@code read} or {@code write}
 * fail does the same here. A read that failed because nothing came may be repeated. The end of the
 * stream is the peer's {@code close_notify} or the end of the plain stream, whichever comes first:
 * mail protocols mark themselves what is complete.
 *
 * <p>A peer that wants to renegotiate (TLS 1.2) is refused: that ends the connection. So does a
 * peer that sends little but records without content: new keys that are to be answered, tickets,
 * warnings, empty records. They cost the peer nothing and never let a read return, so only {@value
 * #MAX_EMPTY_RECORDS} more of them than of records with content are accepted.
 *
 * <p>A read may have to write, since TLS answers some records by itself: a time limit must close
 * the plain stream, not only end its input. {@link #readNow} never writes.
 *
 * <p>Memory: a buffer of up to 17 KiB for what comes in, kept; another one while a record is
 * written, or while a record is larger than the reader's buffer.
 *
 * <p>Not thread-safe; use from one thread at a time, except for {@link #close}.
 */
@SuppressWarnings("ReferenceEquality") // asks whether it is the same buffer
public final class TlsConnection implements ByteStream {
  private static final ByteBuffer NOTHING = ByteBuffer.allocate(0);
  private static final int FIRST_BUFFER_BYTES = 2048;
  private static final int MAX_LAST_RECORDS = 8;
  private static final int MAX_EMPTY_RECORDS = 32;

  /** More than any certificate chain needs, in the smallest fragments that can be negotiated. */
  private static final int MAX_HANDSHAKE_RECORDS = 1024;

  private static final Duration GOODBYE_LIMIT = Duration.ofSeconds(1);

  /** One of the two ways to read from the plain stream. */
  private interface Fill {
    int into(ByteBuffer target) throws IOException;
  }

  private final ByteStream plain;
  private final SSLEngine engine;
  private final Function<SSLSession, TlsFacts> judge;
  private final AtomicBoolean busy = new AtomicBoolean();
  private final AtomicBoolean closed = new AtomicBoolean();

  /** Received but not decrypted, between position and limit. */
  private ByteBuffer encrypted = NOTHING;

  /** Decrypted but not read, between position and limit. */
  private ByteBuffer decrypted = NOTHING;

  private boolean negotiated;

  /** Records received in the handshake; later, how many more came without content than with. */
  private int records;

  /**
   * @param plain closed with this one
   * @param engine of one side, new
   * @param judge evaluates the peer's certificate
   */
  TlsConnection(ByteStream plain, SSLEngine engine, Function<SSLSession, TlsFacts> judge) {
    this.plain = plain;
    this.engine = engine;
    this.judge = judge;
  }

  /**
   * Negotiates; must be called once, before anything is read or written.
   *
   * @throws SSLException if the two sides cannot agree; the peer has been sent an alert, if it
   *     reads
   * @throws IOException as the plain stream
   */
  void handshake() throws IOException {
    enter();
    try {
      engine.beginHandshake();
      HandshakeStatus status = engine.getHandshakeStatus();
      while (status != HandshakeStatus.NOT_HANDSHAKING && status != HandshakeStatus.FINISHED) {
        negotiate(status);
        status = engine.getHandshakeStatus();
      }
      negotiated = true;
      records = 0;
    } catch (SSLException e) {
      tellWhy();
      throw e;
    } finally {
      leave();
    }
  }

  private void negotiate(HandshakeStatus status) throws IOException {
    switch (status) {
      case NEED_TASK -> runTasks();
      case NEED_WRAP -> writeRecords(NOTHING);
      case NEED_UNWRAP, NEED_UNWRAP_AGAIN -> {
        SSLEngineResult result = unwrap(NOTHING);
        if (result.getStatus() == SSLEngineResult.Status.CLOSED) {
          throw new SSLHandshakeException("the peer closed within the handshake");
        }
        if (result.bytesConsumed() > 0 && ++records > MAX_HANDSHAKE_RECORDS) {
          throw new SSLHandshakeException(
              "the peer sends records and does not complete the handshake");
        }
        if (result.getStatus() == SSLEngineResult.Status.BUFFER_UNDERFLOW
            && fill(plain::read) < 0) {
          throw new SSLHandshakeException("lost connection");
        }
      }
      case FINISHED, NOT_HANDSHAKING -> {}
    }
  }

  /** Returns what was negotiated. */
  public TlsFacts facts() {
    return judge.apply(engine.getSession());
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    return read(target, plain::read, true);
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return read(target, plain::readNow, false);
  }

  private int read(ByteBuffer target, Fill fill, boolean mayWait) throws IOException {
    enter();
    try {
      return decrypted.hasRemaining() ? take(target) : decrypt(target, fill, mayWait);
    } catch (SSLException e) {
      tellWhy();
      throw e;
    } finally {
      leave();
    }
  }

  private int decrypt(ByteBuffer target, Fill fill, boolean mayWait) throws IOException {
    ByteBuffer into = target;
    while (true) {
      SSLEngineResult result = unwrap(into);
      switch (result.getStatus()) {
        case OK -> {
          requireNoHandshake(result);
          if (result.bytesProduced() > 0) {
            records = Math.max(0, records - 1);
            return into == target ? result.bytesProduced() : take(target, into.flip());
          }
          countEmptyRecord();
          if (!mayWait && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP) {
            return 0; // pending TLS messages are sent before the next data
          }
          answer();
        }
        case BUFFER_OVERFLOW -> { // the reader's buffer is too small for the record
          if (into != target) {
            throw new SSLException("a record is larger than TLS allows");
          }
          into = ByteBuffer.allocate(engine.getSession().getApplicationBufferSize());
        }
        case BUFFER_UNDERFLOW -> {
          int count = fill(fill);
          if (count <= 0) {
            return count;
          }
        }
        case CLOSED -> {
          return -1;
        }
      }
    }
  }

  private void countEmptyRecord() throws SSLException {
    records++;
    if (records > MAX_EMPTY_RECORDS) {
      close(false); // an alert would wait for a peer that may not read
      throw new SSLException("the peer sends too many records without content");
    }
  }

  private int take(ByteBuffer target, ByteBuffer record) {
    decrypted = record;
    return take(target);
  }

  private int take(ByteBuffer target) {
    int count = Math.min(target.remaining(), decrypted.remaining());
    target.put(decrypted.slice(decrypted.position(), count));
    decrypted.position(decrypted.position() + count);
    if (!decrypted.hasRemaining()) {
      decrypted = NOTHING;
    }
    return count;
  }

  /**
   * Up to TLS 1.2 whatever negotiates after the handshake renegotiates. TLS 1.3 has no such thing;
   * its messages (tickets, new keys) are answered.
   */
  private void requireNoHandshake(SSLEngineResult result) throws IOException {
    boolean wanted =
        switch (result.getHandshakeStatus()) {
          case NEED_TASK, NEED_WRAP, NEED_UNWRAP, NEED_UNWRAP_AGAIN ->
              !engine.isInboundDone() && !engine.isOutboundDone();
          case FINISHED, NOT_HANDSHAKING -> false;
        };
    if (wanted && !engine.getSession().getProtocol().equals(TlsVersion.TLS_1_3.text())) {
      close(false);
      throw new SSLException("renegotiation refused");
    }
  }

  /** Sends pending TLS messages, such as a key update. */
  private void answer() throws IOException {
    HandshakeStatus status = engine.getHandshakeStatus();
    while (status == HandshakeStatus.NEED_TASK
        || status == HandshakeStatus.NEED_WRAP && !engine.isOutboundDone()) {
      negotiate(status);
      status = engine.getHandshakeStatus();
    }
  }

  private SSLEngineResult unwrap(ByteBuffer target) throws IOException {
    try {
      return engine.unwrap(encrypted, target);
    } catch (RuntimeException e) {
      // The JDK's TLS has thrown these for unexpected bytes.
      throw new SSLException("cannot process what the peer sent", e);
    }
  }

  /** Sends the alert for a failure, after pending data, if the peer reads it. */
  private void tellWhy() {
    try {
      for (int i = 0;
          i < MAX_LAST_RECORDS && engine.getHandshakeStatus() == HandshakeStatus.NEED_WRAP;
          i++) {
        writeRecords(NOTHING);
      }
    } catch (IOException e) {
      // It has already closed, or does not read; the failure itself is reported to the caller.
      return;
    }
  }

  /** Reads more of the plain stream after the bytes not yet decrypted; makes room as needed. */
  private int fill(Fill fill) throws IOException {
    if (encrypted.remaining() == encrypted.capacity()) {
      int limit = engine.getSession().getPacketBufferSize();
      if (encrypted.capacity() >= limit) {
        throw new SSLException("a record is larger than TLS allows");
      }
      int capacity = Math.max(FIRST_BUFFER_BYTES, encrypted.capacity() * 2);
      encrypted = ByteBuffer.allocate(Math.min(capacity, limit)).put(encrypted).flip();
    }
    encrypted.compact();
    try {
      return fill.into(encrypted);
    } finally {
      encrypted.flip();
    }
  }

  private void runTasks() {
    for (Runnable task = engine.getDelegatedTask();
        task != null;
        task = engine.getDelegatedTask()) {
      task.run();
    }
  }

  @Override
  public void write(ByteBuffer... sources) throws IOException {
    enter();
    try {
      while (hasRemaining(sources)) {
        writeRecords(sources);
      }
    } finally {
      leave();
    }
  }

  private static boolean hasRemaining(ByteBuffer... sources) {
    for (ByteBuffer source : sources) {
      if (source.hasRemaining()) {
        return true;
      }
    }
    return false;
  }

  /** Writes one record of what remains, or a pending TLS message first. */
  private void writeRecords(ByteBuffer... sources) throws IOException {
    ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
    SSLEngineResult result = engine.wrap(sources, record);
    plain.write(record.flip());
    if (result.getHandshakeStatus() == HandshakeStatus.NEED_TASK) {
      runTasks();
    }
    boolean stuck = result.bytesConsumed() == 0 && result.bytesProduced() == 0;
    switch (result.getStatus()) {
      case OK -> {
        if (stuck && negotiated) {
          throw new SSLException("cannot write before a new negotiation, which is refused");
        }
      }
      case CLOSED -> {
        if (hasRemaining(sources) || !negotiated && stuck) {
          throw new SSLException("TLS is closed already");
        }
      }
      case BUFFER_OVERFLOW, BUFFER_UNDERFLOW ->
          throw new SSLException("record does not fit into " + record.capacity() + " bytes");
    }
  }

  /**
   * Sends {@code close_notify}; reading is still possible. Further calls have no effect.
   *
   * @throws IOException as the plain stream
   */
  public void closeOutput() throws IOException {
    engine.closeOutbound();
    while (!engine.isOutboundDone()) {
      ByteBuffer record = ByteBuffer.allocate(engine.getSession().getPacketBufferSize());
      SSLEngineResult result = engine.wrap(NOTHING, record);
      if (record.position() == 0 && result.getStatus() != SSLEngineResult.Status.CLOSED) {
        return; // a handshake is in progress, so there is nothing to send
      }
      plain.write(record.flip());
    }
  }

  /**
   * Sends {@code close_notify} and closes the plain stream. While a thread is in a read or write,
   * or if the peer does not read it within a second, the stream is closed without it.
   */
  @Override
  public void close() {
    close(negotiated && !busy.get());
  }

  private void close(boolean politely) {
    if (closed.compareAndSet(false, true) && politely) {
      try (Watchdog.Watch watch = Watchdog.shared().watch(plain)) {
        watch.run(GOODBYE_LIMIT, this::closeOutput);
      } catch (IOException e) {
        // The peer has closed first.
        plain.close();
        return;
      }
    }
    plain.close();
  }

  private void enter() throws IOException {
    busy.set(true);
    if (closed.get()) {
      busy.set(false);
      throw new SSLException("TLS connection is closed");
    }
  }

  private void leave() {
    busy.set(false);
  }
}
