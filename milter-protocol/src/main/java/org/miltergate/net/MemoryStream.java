package org.miltergate.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;

/**
 * One end of a byte stream within the process, without a socket.
 *
 * <p>{@link #open} makes both ends. Each direction holds a bounded number of bytes; whoever writes
 * more blocks until the other end reads, as with a socket. When one end is closed, the other reads
 * what was written before and then the end of the stream, and can no longer write; calls that are
 * blocked at either end return or fail at once.
 *
 * <p>Takes memory for the bytes it holds at most at one time (1 KiB and more), not for its
 * capacity.
 */
public final class MemoryStream implements ByteStream {
  /** How many bytes each direction holds by default, about what a socket does. */
  public static final int DEFAULT_CAPACITY_BYTES = 64 * 1024;

  private final BytePipe incoming;
  private final BytePipe outgoing;
  private final MemoryStream peer;

  private MemoryStream(int capacityBytes) {
    this.incoming = new BytePipe(capacityBytes);
    this.outgoing = new BytePipe(capacityBytes);
    this.peer = new MemoryStream(this);
  }

  private MemoryStream(MemoryStream peer) {
    this.incoming = peer.outgoing;
    this.outgoing = peer.incoming;
    this.peer = peer;
  }

  /** Makes a stream that holds {@link #DEFAULT_CAPACITY_BYTES} in each direction. */
  public static MemoryStream open() {
    return open(DEFAULT_CAPACITY_BYTES);
  }

  /**
   * Makes a stream.
   *
   * @param capacityBytes how many bytes each direction holds until the writer blocks; at least 1
   * @return one end; {@link #peer} is the other
   */
  public static MemoryStream open(int capacityBytes) {
    if (capacityBytes < 1) {
      throw new IllegalArgumentException("capacity is " + capacityBytes + ", must be at least 1");
    }
    return new MemoryStream(capacityBytes);
  }

  /** Returns the other end. */
  public MemoryStream peer() {
    return peer;
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    try {
      return incoming.read(target);
    } catch (InterruptedException e) {
      throw closedByInterrupt(e);
    }
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    return incoming.readNow(target);
  }

  @Override
  public void write(ByteBuffer... sources) throws IOException {
    try {
      for (ByteBuffer source : sources) {
        outgoing.write(source);
      }
    } catch (InterruptedException e) {
      throw closedByInterrupt(e);
    }
  }

  private IOException closedByInterrupt(InterruptedException cause) {
    close();
    Thread.currentThread().interrupt();
    ClosedByInterruptException closed = new ClosedByInterruptException();
    closed.initCause(cause);
    return closed;
  }

  @Override
  public void close() {
    incoming.closeReader();
    outgoing.closeWriter();
  }

  @Override
  public String toString() {
    return "memory";
  }
}
