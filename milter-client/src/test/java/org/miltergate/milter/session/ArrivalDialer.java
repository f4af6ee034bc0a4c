package org.miltergate.milter.session;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketStream;

/**
 * Dials one connection, and waits for what comes on it: that a peer has written or closed does not
 * mean that it has arrived, on a busy machine not even over loopback.
 */
final class ArrivalDialer implements Dialer {
  private @Nullable SocketChannel channel;

  @Override
  public ByteStream dial(Endpoint address, Duration limit) throws IOException {
    SocketAddress target =
        switch (address) {
          case Endpoint.Inet inet -> new InetSocketAddress(inet.host(), inet.port());
          case Endpoint.Unix unix -> UnixDomainSocketAddress.of(unix.path());
        };
    SocketChannel opened = SocketChannel.open(target);
    channel = opened;
    return SocketStream.of(opened);
  }

  /** Waits until bytes, or the end of the stream, can be read. */
  void awaitArrival() throws IOException {
    SocketChannel dialed = Objects.requireNonNull(channel, "nothing was dialed");
    try (Selector selector = Selector.open()) {
      dialed.configureBlocking(false).register(selector, SelectionKey.OP_READ);
      assertThat(selector.select(Talk.AMPLE.toMillis())).as("channels with input").isEqualTo(1);
    }
    dialed.configureBlocking(true);
  }
}
