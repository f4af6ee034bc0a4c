package org.miltergate.gateway.smtp.io;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLException;
import org.miltergate.net.Deadline;

/**
 * The bytes that a client has sent and no reader has consumed yet.
 *
 * <p>Command lines and message data are read from the same buffer, so whatever a client sends after
 * the end of a message stays for the next command. The buffer is small between messages, since most
 * sessions wait for a command most of the time. It grows while a client sends faster than it is
 * read, up to {@value #MAX_BUFFER_BYTES} bytes, and further only if a reader consumes nothing: a
 * reader of long lines must set a limit.
 *
 * <p>Not thread-safe; used by the session's thread.
 */
public final class ClientInput {
  static final int MIN_BUFFER_BYTES = 512;
  static final int CONTENT_BUFFER_BYTES = 8 * 1024;
  public static final int MAX_BUFFER_BYTES = 64 * 1024;

  /** How long a check of the connection may wait for input; zero is not possible. */
  private static final Duration GLANCE = Duration.ofMillis(1);

  /** The source of the bytes. */
  public interface Source {
    /**
     * Reads at least one byte.
     *
     * @return the number of bytes read, or -1 if the client has closed its side
     * @throws ClientTimeoutException if nothing came before {@code deadline}
     * @throws ClientGoneException if the connection broke
     */
    int read(byte[] into, int offset, int length, Deadline deadline) throws IOException;

    /**
     * As {@link #read}, but more can be read after a missed deadline, which {@link #read} does not
     * guarantee.
     */
    default int readInTime(byte[] into, int offset, int length, Deadline deadline)
        throws IOException {
      return read(into, offset, length, deadline);
    }

    /**
     * Reads what has already arrived.
     *
     * @return the number of bytes read; 0 or -1 if there are none
     */
    default int readNow(byte[] into, int offset, int length) throws IOException {
      return 0;
    }
  }

  private Source source;
  private byte[] buffer = new byte[MIN_BUFFER_BYTES];
  private int position;
  private int limit;

  public ClientInput(Source source) {
    this.source = source;
  }

  /** Discards what is buffered and reads from {@code next} from now on, as STARTTLS requires. */
  public void restart(Source next) {
    source = next;
    position = 0;
    limit = 0;
  }

  public byte[] array() {
    return buffer;
  }

  /** Returns the index in {@link #array} of the first byte that was not consumed. */
  public int position() {
    return position;
  }

  /** Returns the index in {@link #array} after the last byte that was read. */
  public int limit() {
    return limit;
  }

  public int available() {
    return limit - position;
  }

  /** Returns whether more bytes than were consumed have arrived. */
  public boolean hasMore() throws IOException {
    if (available() == 0) {
      makeRoom();
      took(source.readNow(buffer, limit, buffer.length - limit));
    }
    return available() > 0;
  }

  /** Consumes all bytes before the index {@code next} of {@link #array}. */
  public void takeTo(int next) {
    position = next;
  }

  /** Returns the index of the first such byte at or after {@code from}, or -1. */
  public int indexOf(byte value, int from) {
    byte[] bytes = buffer;
    int end = limit;
    for (int i = from; i < end; i++) {
      if (bytes[i] == value) {
        return i;
      }
    }
    return -1;
  }

  /**
   * Waits for more bytes and appends them to those not yet consumed; indexes into {@link #array}
   * are invalid afterwards.
   *
   * @return false if the client has closed its side
   */
  public boolean fill(Deadline deadline) throws IOException {
    makeRoom();
    return took(source.read(buffer, limit, buffer.length - limit, deadline));
  }

  /** As {@link #fill}, but may be called again after a {@link ClientTimeoutException}. */
  public boolean fillInTime(Deadline deadline) throws IOException {
    makeRoom();
    return took(source.readInTime(buffer, limit, buffer.length - limit, deadline));
  }

  /**
   * Returns whether the connection was reset: the client cannot receive anything any more. A closed
   * input alone proves nothing, as the client may still read. Received bytes stay for the next
   * reader.
   */
  public boolean isReset() throws IOException {
    try {
      while (available() < MAX_BUFFER_BYTES && fillInTime(Deadline.in(GLANCE))) {
        // Bytes sent before the reset are read first.
      }
      return false;
    } catch (ClientTimeoutException e) {
      return false;
    } catch (ClientGoneException e) {
      return !(e.getCause() instanceof SSLException); // invalid TLS is also the client's
    }
  }

  private boolean took(int read) {
    limit += Math.max(read, 0);
    return read >= 0;
  }

  private void makeRoom() {
    boolean wasFull = limit == buffer.length;
    int kept = available();
    boolean grow = kept == buffer.length || wasFull && buffer.length < MAX_BUFFER_BYTES;
    moveTo(grow ? new byte[buffer.length * 2] : buffer);
  }

  /** Enlarges the buffer for content, which is larger than commands. */
  public void widen() {
    if (buffer.length < CONTENT_BUFFER_BYTES) {
      moveTo(new byte[CONTENT_BUFFER_BYTES]);
    }
  }

  /** Releases a grown buffer if its content fits into a small one. */
  public void shrink() {
    if (buffer.length > MIN_BUFFER_BYTES && available() < MIN_BUFFER_BYTES) {
      moveTo(new byte[MIN_BUFFER_BYTES]);
    }
  }

  private void moveTo(byte[] target) {
    int kept = available();
    System.arraycopy(buffer, position, target, 0, kept);
    buffer = target;
    position = 0;
    limit = kept;
  }
}
