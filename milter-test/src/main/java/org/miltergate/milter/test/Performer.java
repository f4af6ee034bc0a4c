package org.miltergate.milter.test;

import java.io.IOException;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.miltergate.milter.wire.PacketBuffer;
import org.miltergate.milter.wire.PacketEncoder;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.ByteStream;

/** Carries out the actions of a script on one connection. */
final class Performer {
  private static final int WRITE_BYTES = 64 * 1024;
  private static final Duration FOREVER_PAUSE = Duration.ofMillis(5);

  /** What remains to be done after an action. */
  enum Next {
    GO_ON,
    ONLY_LISTEN,
    OVER
  }

  private final SocketChannel channel;
  private final ByteStream connection;
  private final CountDownLatch closing;

  // As large as the length word allows: what is too large for the MTA must be refused by the MTA.
  private final PacketEncoder encoder = new PacketEncoder(Integer.MAX_VALUE - 64);
  private final PacketBuffer out = new PacketBuffer();

  Performer(SocketChannel channel, ByteStream connection, CountDownLatch closing) {
    this.channel = channel;
    this.connection = connection;
    this.closing = closing;
  }

  Next perform(Action action) throws IOException {
    return switch (action) {
      case Action.Send(Reply reply) -> repeat(1, reply);
      case Action.Repeat(int times, Reply reply) -> repeat(times, reply);
      case Action.Raw(var bytes) -> write(bytes.toBuffer());
      case Action.Slowly slowly -> slowly(slowly);
      case Action.Half(Reply reply) -> {
        ByteBuffer packet = packet(reply);
        yield write(packet.limit(packet.limit() / 2));
      }
      case Action.Forever(Reply reply) -> {
        while (true) {
          repeat(1, reply);
          pause(FOREVER_PAUSE);
        }
      }
      case Action.Pause(Duration length) -> pause(length);
      case Action.Stall() -> Next.ONLY_LISTEN;
      case Action.Deaf() -> pause(Duration.ofDays(365));
      case Action.Close() -> Next.OVER;
      case Action.Reset() -> reset();
    };
  }

  private Next repeat(int times, Reply reply) throws IOException {
    for (int i = 0; i < times; i++) {
      encoder.encode(reply, out);
      if (out.size() >= WRITE_BYTES) {
        flush();
      }
    }
    flush();
    return Next.GO_ON;
  }

  private void flush() throws IOException {
    connection.write(out.toSend());
    out.clear();
  }

  private Next slowly(Action.Slowly slowly) throws IOException {
    ByteBuffer packet = packet(slowly.reply());
    int end = packet.limit();
    while (packet.position() < end) {
      packet.limit(Math.min(end, packet.position() + slowly.bytes()));
      connection.write(packet);
      pause(slowly.pause());
    }
    return Next.GO_ON;
  }

  private ByteBuffer packet(Reply reply) {
    PacketBuffer packet = new PacketBuffer();
    encoder.encode(reply, packet);
    return packet.toSend();
  }

  private Next write(ByteBuffer bytes) throws IOException {
    connection.write(bytes);
    return Next.GO_ON;
  }

  /** Ends early when the milter is closed. */
  private Next pause(Duration length) throws IOException {
    try {
      if (closing.await(length.toNanos(), TimeUnit.NANOSECONDS)) {
        throw new ClosedChannelException();
      }
      return Next.GO_ON;
    } catch (InterruptedException e) {
      throw new IOException("interrupted", e);
    }
  }

  private Next reset() throws IOException {
    if (!(channel.getRemoteAddress() instanceof UnixDomainSocketAddress)) {
      channel.setOption(StandardSocketOptions.SO_LINGER, 0);
    }
    return Next.OVER;
  }
}
