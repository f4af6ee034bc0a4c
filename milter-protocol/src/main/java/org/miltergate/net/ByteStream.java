package org.miltergate.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open byte stream between two peers, such as an MTA and a milter.
 *
 * <p>Reading and writing have no time limit of their own: guard an exchange with a {@link
 * Watchdog.Watch}, which closes the connection when it takes too long.
 *
 * <p>Not thread-safe; use from one thread at a time, except for {@link #close}, which any thread
 * may call. Interrupting a thread that reads or writes closes the connection.
 */
public interface ByteStream extends Closeable {

  /**
   * Reads the bytes that have arrived; blocks until there is at least one.
   *
   * @param target must have room for at least one byte
   * @return the number of bytes read, or -1 at the end of the stream
   * @throws IOException if the connection is lost, or was closed by this side before or during the
   *     call
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Reads the bytes that have arrived, without blocking.
   *
   * @param target must have room for at least one byte
   * @return the number of bytes read, 0 if there are none yet, or -1 at the end of the stream
   * @throws IOException as {@link #read}
   */
  int readNow(ByteBuffer target) throws IOException;

  /**
   * Writes everything that remains in the sources, in order; blocks while the peer does not read.
   *
   * @throws IOException if the connection is lost, or was closed by this side before or during the
   *     call; how much the peer received is then unknown
   */
  void write(ByteBuffer... sources) throws IOException;

  /**
   * Closes the stream; a thread that is blocked in it gets an {@link IOException}. Never blocks.
   */
  @Override
  void close();
}
