package org.miltergate.net;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.AsynchronousCloseException;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** One direction of a {@link MemoryStream}: a ring of bytes with a bound. Thread-safe. */
final class BytePipe {
  private static final int FIRST_BYTES = 1024;

  private final int capacity;
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private byte[] ring;
  private int start;
  private int count;
  private boolean readerClosed;
  private boolean writerClosed;

  BytePipe(int capacity) {
    this.capacity = capacity;
    this.ring = new byte[Math.min(capacity, FIRST_BYTES)];
  }

  /** Blocks until there is a byte; returns -1 at the end. */
  int read(ByteBuffer target) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen(readerClosed);
      while (count == 0 && !writerClosed && target.hasRemaining()) {
        changed.await();
        requireStillOpen(readerClosed);
      }
      return take(target);
    } finally {
      lock.unlock();
    }
  }

  /** Returns 0 if there is no byte. */
  int readNow(ByteBuffer target) throws IOException {
    lock.lock();
    try {
      requireOpen(readerClosed);
      return take(target);
    } finally {
      lock.unlock();
    }
  }

  private int take(ByteBuffer target) {
    if (count == 0 && writerClosed) {
      return -1;
    }
    int wanted = Math.min(count, target.remaining());
    for (int left = wanted; left > 0; ) {
      int piece = Math.min(left, ring.length - start);
      target.put(ring, start, piece);
      start = (start + piece) % ring.length;
      left -= piece;
    }
    count -= wanted;
    changed.signalAll();
    return wanted;
  }

  /** Blocks until all bytes are in the pipe. */
  void write(ByteBuffer source) throws IOException, InterruptedException {
    lock.lockInterruptibly();
    try {
      requireOpen(writerClosed);
      while (source.hasRemaining()) {
        if (readerClosed) {
          throw new IOException("the peer has closed the connection");
        }
        if (count < capacity) {
          put(source);
        } else {
          changed.await();
          requireStillOpen(writerClosed);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  private void put(ByteBuffer source) {
    int wanted = Math.min(source.remaining(), capacity - count);
    makeRoom(count + wanted);
    for (int left = wanted; left > 0; ) {
      int end = (start + count) % ring.length;
      int piece = Math.min(left, ring.length - end);
      source.get(ring, end, piece);
      count += piece;
      left -= piece;
    }
    changed.signalAll();
  }

  private void makeRoom(int needed) {
    if (needed <= ring.length) {
      return;
    }
    int size = (int) Math.min(capacity, Math.max(needed, 2L * ring.length));
    byte[] larger = new byte[size];
    int first = Math.min(count, ring.length - start);
    System.arraycopy(ring, start, larger, 0, first);
    System.arraycopy(ring, 0, larger, first, count - first);
    ring = larger;
    start = 0;
  }

  /** What the pipe holds is dropped. */
  void closeReader() {
    lock.lock();
    try {
      readerClosed = true;
      count = 0;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  /** What the pipe holds can still be read. */
  void closeWriter() {
    lock.lock();
    try {
      writerClosed = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  private static void requireOpen(boolean closed) throws IOException {
    if (closed) {
      throw new ClosedChannelException();
    }
  }

  private static void requireStillOpen(boolean closed) throws IOException {
    if (closed) {
      throw new AsynchronousCloseException();
    }
  }
}
