package org.miltergate.it.record;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import org.miltergate.net.Endpoint;
import org.miltergate.peers.process.Lab;

/**
 * Stands between an MTA and a milter, passes all bytes on as they come, and writes them down.
 *
 * <p>Listens on a TCP port of 127.0.0.1. The end of one side's talk is passed on too, and a
 * connection that the milter does not take is closed at once. Thread-safe; has two virtual threads
 * for each connection.
 */
public final class RecordingProxy implements Lab.Logged {
  private static final int CHUNK = 1 << 16;

  private final ServerSocketChannel server;
  private final SocketAddress milter;
  private final List<Recording> recordings = new ArrayList<>();
  private final List<SocketChannel> channels = new ArrayList<>();

  private RecordingProxy(ServerSocketChannel server, SocketAddress milter) {
    this.server = server;
    this.milter = milter;
  }

  /** Starts to listen in front of a milter. */
  public static RecordingProxy inFrontOf(Endpoint milter) throws IOException {
    SocketAddress target =
        switch (milter) {
          case Endpoint.Inet(String host, int port) -> new InetSocketAddress(host, port);
          case Endpoint.Unix(var path) -> UnixDomainSocketAddress.of(path);
        };
    ServerSocketChannel server = ServerSocketChannel.open();
    server.bind(new InetSocketAddress("127.0.0.1", 0), 200);
    RecordingProxy proxy = new RecordingProxy(server, target);
    Thread.ofVirtual().name("milter-proxy").start(proxy::acceptAll);
    return proxy;
  }

  public Endpoint address() {
    return new Endpoint.Inet("127.0.0.1", server.socket().getLocalPort());
  }

  /** Returns one for each connection, in the order in which they came. */
  public List<Recording> recordings() {
    synchronized (recordings) {
      return List.copyOf(recordings);
    }
  }

  /** Waits until all connections so far are over; false if {@code limit} was over first. */
  public boolean awaitOver(Duration limit) throws InterruptedException {
    long end = System.nanoTime() + limit.toNanos();
    for (Recording recording : recordings()) {
      synchronized (recording) {
        while (!recording.isOver()) {
          long left = (end - System.nanoTime()) / 1_000_000;
          if (left <= 0) {
            return false;
          }
          recording.wait(left);
        }
      }
    }
    return true;
  }

  private void acceptAll() {
    try {
      while (true) {
        begin(server.accept());
      }
    } catch (IOException e) {
      return; // closed
    }
  }

  private void begin(SocketChannel mta) throws IOException {
    Recording recording = new Recording();
    synchronized (recordings) {
      recordings.add(recording);
      channels.add(mta);
    }
    Thread.ofVirtual().name("milter-proxy-connection").start(() -> pass(mta, recording));
  }

  private void pass(SocketChannel mta, Recording recording) {
    StandardProtocolFamily family =
        milter instanceof UnixDomainSocketAddress
            ? StandardProtocolFamily.UNIX
            : StandardProtocolFamily.INET;
    try (mta;
        SocketChannel target = SocketChannel.open(family)) {
      target.connect(milter);
      synchronized (recordings) {
        channels.add(target);
      }
      mta.setOption(StandardSocketOptions.TCP_NODELAY, true);
      if (family == StandardProtocolFamily.INET) {
        target.setOption(StandardSocketOptions.TCP_NODELAY, true);
      }
      Thread back =
          Thread.ofVirtual().start(() -> copy(target, mta, recording, Recording::fromMilter));
      copy(mta, target, recording, Recording::fromMta);
      back.join();
    } catch (IOException e) {
      // The milter accepts no connection: the MTA sees its own one closed.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      recording.over();
    }
  }

  private static void copy(
      SocketChannel from,
      SocketChannel to,
      Recording recording,
      BiConsumer<Recording, ByteBuffer> note) {
    ByteBuffer buffer = ByteBuffer.allocate(CHUNK);
    try {
      while (from.read(buffer.clear()) >= 0) {
        buffer.flip();
        note.accept(recording, buffer.duplicate());
        while (buffer.hasRemaining()) {
          to.write(buffer);
        }
      }
      to.shutdownOutput();
    } catch (IOException e) {
      closeQuietly(from);
      closeQuietly(to);
    }
  }

  private static void closeQuietly(SocketChannel channel) {
    try {
      channel.close();
    } catch (IOException e) {
      // Nothing can be saved on a broken connection.
    }
  }

  @Override
  public String log() {
    StringBuilder text = new StringBuilder();
    List<Recording> all = recordings();
    for (int i = 0; i < all.size(); i++) {
      text.append("# connection ").append(i + 1).append('\n');
      all.get(i).lines().forEach(line -> text.append(line).append('\n'));
    }
    return text.toString();
  }

  @Override
  public void close() {
    try {
      server.close();
    } catch (IOException e) {
      // It does not listen any more in any case.
    }
    synchronized (recordings) {
      channels.forEach(RecordingProxy::closeQuietly);
    }
  }

  @Override
  public String toString() {
    return "milter connections at " + address();
  }
}
