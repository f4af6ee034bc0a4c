package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

@SuppressWarnings("NullAway.Init") // each test begins with open()
class SocketStreamTest {
  private static final int MUCH = 16 << 20;

  /** The kinds of socket, and of thread. */
  enum Kind {
    TCP_VIRTUAL,
    TCP_PLATFORM,
    UNIX_VIRTUAL,
    UNIX_PLATFORM;

    Thread start(Runnable work) {
      return name().endsWith("VIRTUAL")
          ? Thread.ofVirtual().start(work)
          : Thread.ofPlatform().start(work);
    }
  }

  @TempDir Path directory;

  private ByteStream connection;
  private SocketChannel peer;

  private void open(Kind kind) throws IOException {
    boolean tcp = kind.name().startsWith("TCP");
    try (ServerSocketChannel server =
        tcp ? ServerSocketChannel.open() : ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(
          tcp
              ? new InetSocketAddress("127.0.0.1", 0)
              : UnixDomainSocketAddress.of(directory.resolve("x.sock")));
      connection = SocketStream.of(SocketChannel.open(server.getLocalAddress()));
      peer = server.accept();
    }
  }

  @AfterEach
  void close() throws IOException {
    connection.close();
    peer.close();
  }

  @ParameterizedTest
  @EnumSource
  void readNowNeverWaits(Kind kind) throws Exception {
    open(kind);

    Throwable failure =
        on(
            kind,
            () -> {
              ByteBuffer in = ByteBuffer.allocate(8);
              assertThat(connection.readNow(in)).isZero();
              peer.write(ByteBuffer.wrap(new byte[] {1, 2}));
              assertThat(connection.read(in)).isEqualTo(2);
              assertThat(connection.readNow(in)).isZero();
              peer.shutdownOutput();
              assertThat(connection.read(in)).isEqualTo(-1);
              assertThat(connection.readNow(in)).isEqualTo(-1);
            });

    assertThat(failure).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void writesAllSourcesToAPeerThatReadsSlowly(Kind kind) throws Exception {
    open(kind);
    ByteBuffer[] sources = new ByteBuffer[100];
    for (int i = 0; i < sources.length; i++) {
      sources[i] = ByteBuffer.allocate(i % 3 * 40_000);
    }
    FutureTask<Throwable> write = start(kind, () -> connection.write(sources));

    long total = 0;
    for (int i = 0; i < 100; i++) {
      total += i % 3 * 40_000L;
    }
    ByteBuffer in = ByteBuffer.allocate(100_000);
    while (total > 0) {
      total -= peer.read(in.clear());
    }

    assertThat(write.get(20, TimeUnit.SECONDS)).isNull();
    assertThat(total).isZero();
  }

  @ParameterizedTest
  @EnumSource
  void watchEndsAReadThatGetsNothing(Kind kind) throws Exception {
    open(kind);
    Watchdog watchdog = new Watchdog("watchdog-test");
    try (Watchdog.Watch watch = watchdog.watch(connection)) {
      FutureTask<Throwable> read =
          start(
              kind,
              () -> {
                watch.arm(Duration.ofMillis(100));
                connection.read(ByteBuffer.allocate(8));
              });

      assertThat(read.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
      assertThat(watch.disarm()).isFalse();
    }
    assertThat(watchdog.size()).isZero();
    assertThat(peer.read(ByteBuffer.allocate(8))).isEqualTo(-1);
  }

  @ParameterizedTest
  @EnumSource
  void watchEndsAWriteThatNobodyReads(Kind kind) throws Exception {
    open(kind);
    try (Watchdog.Watch watch = Watchdog.shared().watch(connection)) {
      FutureTask<Throwable> write =
          start(
              kind,
              () -> {
                watch.arm(Duration.ofMillis(200));
                connection.write(ByteBuffer.allocate(MUCH));
              });

      assertThat(write.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedChannelException.class);
      assertThat(watch.expired()).isTrue();
    }
  }

  @ParameterizedTest
  @EnumSource
  void slowPeerIsReadAsItComes(Kind kind) throws Exception {
    open(kind);
    FutureTask<Throwable> read =
        start(
            kind,
            () -> {
              ByteBuffer in = ByteBuffer.allocate(20);
              while (in.hasRemaining()) {
                assertThat(connection.read(in)).isPositive();
                connection.write(ByteBuffer.wrap(new byte[1])); // asks for the next
              }
            });

    ByteBuffer asked = ByteBuffer.allocate(1);
    for (int i = 0; i < 20; i++) {
      peer.write(ByteBuffer.wrap(new byte[1]));
      assertThat(peer.read(asked.clear())).isEqualTo(1);
    }

    assertThat(read.get(10, TimeUnit.SECONDS)).isNull();
  }

  @ParameterizedTest
  @EnumSource
  void interruptIsTheEndOfTheConnection(Kind kind) throws Exception {
    open(kind);
    CountDownLatch started = new CountDownLatch(1);
    FutureTask<Throwable> read =
        new FutureTask<>(() -> {
          started.countDown();
          return catchThrowable(() -> connection.read(ByteBuffer.allocate(8)));
        });
    Thread thread = kind.start(read);

    assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
    thread.interrupt();

    assertThat(read.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedByInterruptException.class);
    assertThatThrownBy(() -> connection.write(ByteBuffer.allocate(1)))
        .isInstanceOf(ClosedChannelException.class);
  }

  private static Throwable on(Kind kind, ThrowingWork work) throws Exception {
    return start(kind, work).get(20, TimeUnit.SECONDS);
  }

  private static FutureTask<Throwable> start(Kind kind, ThrowingWork work) {
    FutureTask<Throwable> task = new FutureTask<>(() -> catchThrowable(work::run));
    kind.start(task);
    return task;
  }

  private interface ThrowingWork {
    void run() throws Exception;
  }
}
