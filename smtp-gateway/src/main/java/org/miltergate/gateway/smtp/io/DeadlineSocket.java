package org.miltergate.gateway.smtp.io;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Deadline;

/**
 * A client's socket as a stream whose reads may have a deadline. It holds for all reads until it is
 * taken back, so that a layer above, TLS, cannot be kept busy with a byte at a time.
 *
 * <p>Not thread-safe; used by the session's thread, except for {@link #close}.
 */
final class DeadlineSocket implements ByteStream {
  private final Socket socket;
  private final InputStream input;
  private final OutputStream output;
  private @Nullable Deadline deadline;

  DeadlineSocket(Socket socket) throws IOException {
    this.socket = socket;
    this.input = socket.getInputStream();
    this.output = socket.getOutputStream();
  }

  /** Sets by when reads have to be done. */
  void until(Deadline value) {
    deadline = value;
  }

  /** Lets reads wait until somebody else ends the input. */
  void untilTold() {
    deadline = null;
  }

  /**
   * Reads what has come.
   *
   * @param target of the heap
   * @throws SocketTimeoutException if nothing came before the deadline; it may be tried again
   */
  @Override
  public int read(ByteBuffer target) throws IOException {
    socket.setSoTimeout(deadline == null ? 0 : millisUntil(deadline));
    int offset = target.arrayOffset() + target.position();
    int count = input.read(target.array(), offset, target.remaining());
    if (count > 0) {
      target.position(target.position() + count);
    }
    return count;
  }

  private static int millisUntil(Deadline deadline) throws SocketTimeoutException {
    int millis = deadline.leftMillis();
    if (millis == 0) {
      throw new SocketTimeoutException("nothing to read in time");
    }
    return millis;
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return input.available() == 0 ? 0 : read(target);
  }

  @Override
  public void write(ByteBuffer... sources) throws IOException {
    for (ByteBuffer source : sources) {
      output.write(source.array(), source.arrayOffset() + source.position(), source.remaining());
      source.position(source.limit());
    }
    output.flush();
  }

  @Override
  public void close() {
    try {
      socket.close();
    } catch (IOException e) {
      // The descriptor is closed anyway.
      return;
    }
  }
}
