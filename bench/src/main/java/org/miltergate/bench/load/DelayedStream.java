package org.miltergate.bench.load;

import java.io.IOException;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.locks.LockSupport;
import jdk.net.ExtendedSocketOptions;
import org.miltergate.milter.bytes.Bytes;

/** One direction of a connection: what is read is written in order, but later. */
final class DelayedStream {
  private static final int PIECE_BYTES = 64 * 1024;

  /** The number of pieces in transit; then the sender must wait. */
  private static final int MAX_PIECES = 256;

  private final Socket from;
  private final Socket to;
  private final long delayNanos;
  private final BlockingQueue<Piece> underWay = new ArrayBlockingQueue<>(MAX_PIECES);

  /** What was read at once; no bytes are the end. */
  private record Piece(long dueNanos, Bytes bytes) {}

  /** Closes both when the stream ends or breaks. */
  DelayedStream(Socket from, Socket to, Duration delay) {
    this.from = from;
    this.to = to;
    this.delayNanos = delay.toNanos();
  }

  void start() {
    Thread.ofPlatform().daemon().start(() -> untilEnd(this::take));
    Thread.ofPlatform().daemon().start(() -> untilEnd(this::give));
  }

  private interface Work {
    void run() throws IOException, InterruptedException;
  }

  private void untilEnd(Work work) {
    try {
      work.run();
    } catch (IOException | InterruptedException e) {
      closeConnection(); // one side has closed: the other is told
    }
  }

  private void take() throws IOException, InterruptedException {
    byte[] buffer = new byte[PIECE_BYTES];
    int read;
    do {
      // Else an acknowledgement waits for 40 ms, and with it a sender that wants it first (Nagle).
      from.setOption(ExtendedSocketOptions.TCP_QUICKACK, true);
      read = from.getInputStream().read(buffer);
      Bytes bytes = Bytes.copyOf(buffer, 0, Math.max(read, 0));
      underWay.put(new Piece(System.nanoTime() + delayNanos, bytes));
    } while (read >= 0);
  }

  private void give() throws IOException, InterruptedException {
    for (Piece piece = underWay.take(); !piece.bytes.isEmpty(); piece = underWay.take()) {
      for (long ahead = piece.dueNanos - System.nanoTime();
          ahead > 0;
          ahead = piece.dueNanos - System.nanoTime()) {
        LockSupport.parkNanos(ahead);
      }
      piece.bytes.writeTo(to.getOutputStream());
    }
    closeConnection();
  }

  private void closeConnection() {
    underWay.clear(); // nothing waits for a slot any more
    underWay.offer(new Piece(0, Bytes.EMPTY));
    DelayingProxy.closeQuietly(from);
    DelayingProxy.closeQuietly(to);
  }
}
