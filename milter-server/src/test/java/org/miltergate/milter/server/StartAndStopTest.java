package org.miltergate.milter.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.miltergate.milter.server.TestMta.connect;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.net.Endpoint;

class StartAndStopTest {
  @TempDir Path directory;

  private static MilterServerBuilder filter() {
    return MilterServer.builder("test", context -> new MilterHandler() {});
  }

  @Test
  void awaitReturnsWhenTheMilterIsStopped() throws Exception {
    MilterServer server = filter().start();
    FutureTask<Boolean> program =
        new FutureTask<>(() -> {
          server.await();
          return true;
        });
    Thread.startVirtualThread(program);
    try (TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      assertThat(program.isDone()).isFalse();
    }

    server.stop(Duration.ofSeconds(10));

    assertThat(program.get(10, TimeUnit.SECONDS)).isTrue();
  }

  /** Waits in connect until it is interrupted, and in close until it may go on. */
  private static final class Waiting implements MilterHandler {
    private final CountDownLatch connected = new CountDownLatch(1);
    private final CountDownLatch closing = new CountDownLatch(1);
    private final CountDownLatch mayClose = new CountDownLatch(1);
    private final FutureTask<String> closed =
        new FutureTask<>(() -> {
          mayClose.await();
          return "in peace";
        });

    @Override
    public Answer connect(Bytes hostname, ClientAddress address) throws Exception {
      connected.countDown();
      new CountDownLatch(1).await();
      return Answer.CONTINUE;
    }

    @Override
    public void close() {
      closing.countDown();
      closed.run();
    }
  }

  @Test
  void stopInterruptsAnEventButNotClose() throws Exception {
    Waiting handler = new Waiting();
    MilterServer server = MilterServer.builder("test", context -> handler).start();
    try (TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
      mta.send(connect());
      assertThat(handler.connected.await(10, TimeUnit.SECONDS)).isTrue();
      Thread.startVirtualThread(() -> server.stop(Duration.ZERO));

      assertThat(handler.closing.await(10, TimeUnit.SECONDS)).isTrue();
      handler.mayClose.countDown();
      assertThat(handler.closed.get(10, TimeUnit.SECONDS)).isEqualTo("in peace");
    }
  }

  @Test
  void stopLeavesAHandlerAloneThatIsClosing() throws Exception {
    Waiting handler = new Waiting();
    MilterServer server = MilterServer.builder("test", context -> handler).start();
    try (TestMta mta = new TestMta(server.address())) {
      mta.negotiate();
    }
    assertThat(handler.closing.await(10, TimeUnit.SECONDS)).isTrue();
    FutureTask<Boolean> stop = new FutureTask<>(() -> server.stop(Duration.ZERO));
    Thread.startVirtualThread(stop);
    assertThatThrownBy(() -> new TestMta(awaitClosed(server))).isInstanceOf(IOException.class);

    handler.mayClose.countDown();

    assertThat(handler.closed.get(10, TimeUnit.SECONDS)).isEqualTo("in peace");
    assertThat(stop.get(10, TimeUnit.SECONDS)).isFalse();
  }

  /** Returns the address once nobody listens there any more. */
  private static Endpoint awaitClosed(MilterServer server) throws IOException {
    while (true) {
      try (TestMta mta = new TestMta(server.address())) {
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void stopClosesWhatWasJustAccepted() throws Exception {
    for (int round = 0; round < 50; round++) {
      MilterServer server = filter().start();
      FutureTask<Optional<?>> client =
          new FutureTask<>(() -> {
            try (TestMta mta = new TestMta(server.address())) {
              return mta.read();
            } catch (IOException e) {
              return Optional.empty();
            }
          });
      Thread.startVirtualThread(client);
      long began = System.nanoTime();

      server.stop(Duration.ZERO);

      assertThat(client.get(10, TimeUnit.SECONDS)).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - began)).isLessThan(Duration.ofSeconds(5));
      assertThat(server.connections()).isZero();
    }
  }

  @Test
  void socketHasTheModeThatWasSet() throws Exception {
    Path path = directory.resolve("milter.sock");
    for (String mode : new String[] {"rw-rw----", "rw-------", "rw-rw-rw-"}) {
      try (MilterServer server =
          filter()
              .listen(new Endpoint.Unix(path))
              .socketMode(PosixFilePermissions.fromString(mode))
              .start()) {
        assertThat(Files.getPosixFilePermissions(path))
            .isEqualTo(PosixFilePermissions.fromString(mode));
        assertThat(server.connections()).isZero();
      }
    }
  }

  @Test
  void stopKeepsTheSocketOfAnother() throws Exception {
    Path path = directory.resolve("milter.sock");
    MilterServer server = filter().listen(new Endpoint.Unix(path)).start();
    Files.move(path, directory.resolve("moved.sock")); // its inode is not used again
    try (ServerSocketChannel other = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      other.bind(UnixDomainSocketAddress.of(path));

      server.stop(Duration.ZERO);

      SocketChannel.open(UnixDomainSocketAddress.of(path)).close();
    }
  }

  @Test
  void stopBearsThatItsSocketWasRemoved() throws Exception {
    Path path = directory.resolve("milter.sock");
    MilterServer server = filter().listen(new Endpoint.Unix(path)).start();
    Files.delete(path);

    assertThat(server.stop(Duration.ofSeconds(10))).isTrue();
  }

  @Test
  void fileThatIsNoSocketIsLeftAlone() throws Exception {
    Path file = Files.writeString(directory.resolve("file"), "text");
    Path link = Files.createSymbolicLink(directory.resolve("link"), file);
    for (Path path : new Path[] {file, link, directory}) {
      assertThatThrownBy(() -> filter().listen(new Endpoint.Unix(path)).start())
          .isInstanceOf(IOException.class)
          .hasMessageContaining("cannot listen on");
    }
    assertThat(file).hasContent("text");
    assertThat(link).exists();
  }
}
