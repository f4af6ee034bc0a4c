package org.miltergate.gateway.smtp.io;

import java.io.IOException;
import java.time.Duration;
import javax.net.ssl.SSLException;

/**
 * The bytes that a client has sent and that no reader has taken yet.
 *
 * <p>Command lines and message data are read from the same buffer, so whatever a client sends
 * behind the end of a message stays for the next command. The buffer is small between messages,
 * since most sessions wait for a command most of the time. It grows while a client sends faster
 * than it is read, up to {@value #MAX_BUFFER_BYTES} bytes, and further only if a reader takes
 * nothing: whoever waits for a long line has to set its limit.
 *
 * <p>Confined to the session's thread.
 */
public final class ClientInput {
  static final int MIN_BUFFER_BYTES = 512;
  static final int CONTENT_BUFFER_BYTES = 8 * 1024;
  public static final int MAX_BUFFER_BYTES = 64 * 1024;

  /** How long a look at the connection may wait for something to come; there is no way not to. */
  private static final Duration GLANCE = Duration.ofMillis(1);

  /** Where the bytes come from. */
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
     * As {@link #read}, but after a deadline that was not kept more can be read, which it need not.
     */
    default int readInTime(byte[] into, int offset, int length, Deadline deadline)
        throws IOException {
      return read(into, offset, length, deadline);
    }

    /**
     * Reads what is there already.
     *
     * @return the number of bytes read, 0 or -1 if nothing is there
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

  /** Throws away what is buffered and reads from {@code next} from now on, as STARTTLS demands. */
  public void restart(Source next) {
    source = next;
    position = 0;
    limit = 0;
  }

  public byte[] array() {
    return buffer;
  }

  /** Returns the index in {@link #array} of the first byte that was not taken. */
  public int position() {
    return position;
  }

  /** Returns the index in {@link #array} behind the last byte that was read. */
  public int limit() {
    return limit;
  }

  public int available() {
    return limit - position;
  }

  /** Returns whether the client has sent more than was taken, as far as it has come. */
  public boolean hasMore() throws IOException {
    if (available() == 0) {
      makeRoom();
      took(source.readNow(buffer, limit, buffer.length - limit));
    }
    return available() > 0;
  }

  /** Takes all bytes before the index {@code next} of {@link #array}. */
  public void takeTo(int next) {
    position = next;
  }

  /** Returns the index of the first such byte at or behind {@code from}, or -1. */
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
   * Waits for more bytes and puts them behind those that were not taken; indexes into {@link
   * #array} are void afterwards.
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
   * Returns whether the connection was reset: the client cannot hear anything any more. That it has
   * closed its side proves nothing, as it may still read. What has come stays for the next reader.
   */
  public boolean isReset() throws IOException {
    try {
      while (available() < MAX_BUFFER_BYTES && fillInTime(Deadline.in(GLANCE))) {
        // What was sent before the reset comes first.
      }
      return false;
    } catch (ClientTimeoutException e) {
      return false;
    } catch (ClientGoneException e) {
      return !(e.getCause() instanceof SSLException); // what is no TLS comes from a client, too
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

  /** Makes room for content, of which more is coming than of commands. */
  public void widen() {
    if (buffer.length < CONTENT_BUFFER_BYTES) {
      moveTo(new byte[CONTENT_BUFFER_BYTES]);
    }
  }

  /** Gives a grown buffer back, if what is in it fits into a small one. */
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
