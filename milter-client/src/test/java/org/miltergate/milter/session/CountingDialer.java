package org.miltergate.milter.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.miltergate.milter.transport.Dialer;
import org.miltergate.milter.transport.MilterAddress;
import org.miltergate.milter.transport.MilterConnection;
import org.miltergate.milter.transport.SocketDialer;

/** Dials, and counts how often is written. */
final class CountingDialer implements Dialer {
  private final Dialer dialer = new SocketDialer();
  private final AtomicInteger writes = new AtomicInteger();

  int writes() {
    return writes.get();
  }

  @Override
  public MilterConnection dial(MilterAddress address, Duration limit) throws IOException {
    MilterConnection connection = dialer.dial(address, limit);
    return new MilterConnection() {
      @Override
      public int read(ByteBuffer target) throws IOException {
        return connection.read(target);
      }

      @Override
      public int readNow(ByteBuffer target) throws IOException {
        return connection.readNow(target);
      }

      @Override
      public void write(ByteBuffer... sources) throws IOException {
        writes.incrementAndGet();
        connection.write(sources);
      }

      @Override
      public void close() {
        connection.close();
      }
    };
  }
}
