package org.miltergate.bench.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;

/**
 * Connects as the client library does, but without {@code TCP_QUICKACK}: the result for a client
 * that does not use it.
 */
public final class DelayedAckDialer implements Dialer {
  @Override
  public ByteStream dial(Endpoint address, Duration limit) throws IOException {
    SocketAddress target =
        switch (address) {
          case Endpoint.Inet(String host, int port) -> new InetSocketAddress(host, port);
          case Endpoint.Unix(var path) -> UnixDomainSocketAddress.of(path);
        };
    SocketChannel channel = SocketChannel.open(target);
    if (target instanceof InetSocketAddress) {
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    }
    return new Plain(channel);
  }

  private record Plain(SocketChannel channel) implements ByteStream {
    @Override
    public int read(ByteBuffer target) throws IOException {
      return channel.read(target);
    }

    @Override
    public int readNow(ByteBuffer target) throws IOException {
      channel.configureBlocking(false);
      int count = channel.read(target);
      channel.configureBlocking(true);
      return count;
    }

    @Override
    public void write(ByteBuffer... sources) throws IOException {
      for (ByteBuffer source : sources) {
        while (source.hasRemaining()) {
          channel.write(sources);
        }
      }
    }

    @Override
    public void close() {
      try {
        channel.close();
      } catch (IOException e) {
        // The connection is closed anyway.
        return;
      }
    }
  }
}
