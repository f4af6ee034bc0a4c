package org.miltergate.net;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * An open byte stream between an MTA and a milter.
 *
 * <p>Reading and writing have no limit of their own: guard an exchange with a {@link
 * Watchdog.Watch}, which closes the connection when it takes too long.
 *
 * <p>Not thread-safe; use from one thread at a time, except for {@link #close}, which any thread
 * may call. An interrupt of the thread that reads or writes closes the connection.
 */
public interface ByteStream extends Closeable {

  /**
   * Reads what has come, and waits until at least one byte has.
   *
   * @param target has room for at least one byte
   * @return how many bytes were read, or -1 at the end of the stream
   * @throws IOException if the connection is broken, or is closed by this side before or meanwhile
   */
  int read(ByteBuffer target) throws IOException;

  /**
   * Reads what has come, without waiting.
   *
   * @param target has room for at least one byte
   * @return how many bytes were read, 0 if there are none yet, or -1 at the end of the stream
   * @throws IOException as {@link #read}
   */
  int readNow(ByteBuffer target) throws IOException;

  /**
   * Writes all that remains in all sources, in order; waits while the peer takes nothing.
   *
   * @throws IOException if the connection is broken, or is closed by this side before or meanwhile;
   *     how much the peer got is then unknown
   */
  void write(ByteBuffer... sources) throws IOException;

  /** Closes the stream; a thread that waits in it gets an {@link IOException}. Never waits. */
  @Override
  void close();
}
