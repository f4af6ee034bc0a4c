package org.miltergate.milter.session;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketDialer;

/** Dials, and counts how often is written. */
final class CountingDialer implements Dialer {
  private final Dialer dialer = new SocketDialer();
  private final AtomicInteger writes = new AtomicInteger();

  int writes() {
    return writes.get();
  }

  @Override
  public ByteStream dial(Endpoint address, Duration limit) throws IOException {
    ByteStream connection = dialer.dial(address, limit);
    return new ByteStream() {
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
