package org.miltergate.net;

import java.io.IOException;
import java.net.SocketAddress;
import java.net.SocketOption;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import jdk.net.ExtendedSocketOptions;

/**
 * A {@link ByteStream} over a TCP or Unix-domain socket, of either side.
 *
 * <p>A TCP socket sends immediately ({@code TCP_NODELAY}) and, where the platform supports it,
 * acknowledges immediately ({@code TCP_QUICKACK}): libmilter writes a modification and its verdict
 * separately, and a delayed acknowledgement of the first holds back the second for 40 ms. The
 * kernel resets the second option by itself, so it is set before each read.
 */
public final class SocketStream implements ByteStream {
  private final SocketChannel channel;
  private final boolean quickAck;

  private SocketStream(SocketChannel channel, boolean quickAck) {
    this.channel = channel;
    this.quickAck = quickAck;
  }

  /**
   * Takes over a connected channel in blocking mode.
   *
   * @throws IOException if the channel is closed
   */
  public static SocketStream of(SocketChannel channel) throws IOException {
    if (channel.getRemoteAddress() instanceof UnixDomainSocketAddress) {
      return new SocketStream(channel, false);
    }
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    return new SocketStream(channel, QuickAck.SUPPORTED);
  }

  @Override
  public int read(ByteBuffer target) throws IOException {
    if (quickAck) {
      channel.setOption(QuickAck.OPTION, true);
    }
    return channel.read(target);
  }

  @Override
  public int readNow(ByteBuffer target) throws IOException {
    channel.configureBlocking(false);
    int count = channel.read(target);
    channel.configureBlocking(true); // also at the end of the stream: the peer may still read
    return count;
  }

  @Override
  public void write(ByteBuffer... sources) throws IOException {
    for (int first = 0; first < sources.length; ) {
      if (!sources[first].hasRemaining()) {
        first++;
      } else if (first == sources.length - 1) {
        channel.write(sources[first]); // cheaper than a gathering write of one
      } else {
        channel.write(sources, first, sources.length - first);
      }
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      // The descriptor is closed anyway, and nothing else can be done.
      return;
    }
  }

  /**
   * Returns the address of the peer.
   *
   * @throws IOException if the connection is closed
   */
  public SocketAddress remoteAddress() throws IOException {
    return channel.getRemoteAddress();
  }

  /** Returns the addresses of both ends, for logs. */
  @Override
  public String toString() {
    return channel.toString();
  }

  /** Loaded at the first TCP connection only. */
  private static final class QuickAck {
    static final SocketOption<Boolean> OPTION = ExtendedSocketOptions.TCP_QUICKACK;
    static final boolean SUPPORTED = isSupported();

    private static boolean isSupported() {
      try (SocketChannel probe = SocketChannel.open(StandardProtocolFamily.INET)) {
        return probe.supportedOptions().contains(OPTION);
      } catch (IOException e) {
        // No descriptor left, or no IPv4: without the option it is slower, not wrong.
        return false;
      }
    }
  }
}
