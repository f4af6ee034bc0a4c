package org.miltergate.net;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SocketDialerTest {
  private static final Duration AMPLE = Duration.ofSeconds(20);
  private static final Duration SHORT = Duration.ofMillis(300);

  @TempDir Path directory;

  private final Watchdog watchdog = new Watchdog("watchdog-test");
  private final SocketDialer dialer =
      new SocketDialer(watchdog, new HostLookup(InetAddress::getAllByName));

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "::1"})
  void connectsToTcpPorts(String host) throws Exception {
    try (ServerSocketChannel server = listen(host);
        ByteStream connection = dialer.dial(address(host, server), AMPLE);
        SocketChannel accepted = server.accept()) {
      accepted.write(ByteBuffer.wrap(new byte[] {7}));
      ByteBuffer in = ByteBuffer.allocate(4);

      assertThat(connection.read(in)).isEqualTo(1);
      assertThat(in.get(0)).isEqualTo((byte) 7);
    }
    assertThat(watchdog.size()).isZero();
  }

  @Test
  void connectsToUnixSockets() throws Exception {
    Path path = directory.resolve("milter.sock");
    try (ServerSocketChannel server = listen(path, 5);
        ByteStream connection = dialer.dial(new Endpoint.Unix(path), AMPLE);
        SocketChannel accepted = server.accept()) {
      connection.write(ByteBuffer.wrap(new byte[] {7}));

      assertThat(accepted.read(ByteBuffer.allocate(4))).isEqualTo(1);
    }
  }

  @Test
  void triesAllAddressesOfAName() throws Exception {
    try (ServerSocketChannel server = listen("127.0.0.1")) {
      SocketDialer twoAddresses = resolving("::1", "127.0.0.1");

      twoAddresses.dial(address("milter.test", server), AMPLE).close();
    }
  }

  @Test
  void namesEachAddressThatRefused() throws Exception {
    Endpoint nobody = addressOfNobody("milter.test");

    Throwable failure = catchThrowable(() -> resolving("::1", "127.0.0.1").dial(nobody, AMPLE));

    int port = ((Endpoint.Inet) nobody).port();
    assertThat(failure)
        .isInstanceOf(IOException.class)
        .hasMessage(
            "[0:0:0:0:0:0:0:1]:%d Connection refused; 127.0.0.1:%d Connection refused"
                .formatted(port, port));
  }

  @Test
  void tellsARefusalFromAMissingFile() throws Exception {
    Path deaf = directory.resolve("deaf.sock");
    listen(deaf, 1).close();
    Path locked = Files.createFile(directory.resolve("no-socket"));

    assertThatThrownBy(() -> dialer.dial(addressOfNobody("127.0.0.1"), AMPLE))
        .isInstanceOf(IOException.class)
        .hasMessage("Connection refused");
    assertThatThrownBy(() -> dialer.dial(new Endpoint.Unix(deaf), AMPLE))
        .hasMessage("Connection refused, nothing listens on the socket");
    assertThatThrownBy(() -> dialer.dial(new Endpoint.Unix(locked), AMPLE))
        .hasMessage("Connection refused, nothing listens on the socket");
    assertThatThrownBy(() -> dialer.dial(new Endpoint.Unix(directory.resolve("none")), AMPLE))
        .hasMessage("No such file or directory");
    assertThat(watchdog.size()).isZero();
  }

  @Test
  void tellsAnUnknownNameFromALookUpThatHangs() throws Exception {
    Endpoint address = new Endpoint.Inet("milter.test", 1);
    CountDownLatch hang = new CountDownLatch(1);
    SocketDialer unknown =
        new SocketDialer(
            watchdog,
            new HostLookup(host -> {
              throw new UnknownHostException(host + ": Name or service not known");
            }));
    SocketDialer hanging = new SocketDialer(watchdog, new HostLookup(host -> awaitForever(hang)));

    assertThatThrownBy(() -> unknown.dial(address, AMPLE))
        .isInstanceOf(UnknownHostException.class)
        .hasMessage("host name 'milter.test' is unknown: Name or service not known");
    assertThatThrownBy(() -> hanging.dial(address, SHORT))
        .isInstanceOf(SocketTimeoutException.class)
        .hasMessage("no reply to the lookup of host name 'milter.test' within 300ms");
    hang.countDown();
  }

  /** Both kinds of thread: the kernel lets the one wait, and sends the other away. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void fullBacklogEndsWithTheLimit(boolean virtual) throws Exception {
    Path path = directory.resolve("full.sock");
    try (ServerSocketChannel server = listen(path, 1)) {
      List<SocketChannel> queue = fillBacklog(path);

      Throwable failure =
          on(virtual, () -> catchThrowable(() -> dialer.dial(new Endpoint.Unix(path), SHORT)));

      assertThat(failure)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("no connection within 300ms, the milter's backlog is full");
      closeAll(queue);
    }
    assertThat(watchdog.size()).isZero();
  }

  @Test
  void backlogThatEmptiesInTimeIsNoFailure() throws Exception {
    Path path = directory.resolve("full.sock");
    try (ServerSocketChannel server = listen(path, 1)) {
      List<SocketChannel> queue = fillBacklog(path);
      FutureTask<ByteStream> dial =
          new FutureTask<>(() -> dialer.dial(new Endpoint.Unix(path), AMPLE));
      Thread.startVirtualThread(dial);

      assertThat(dial.isDone()).isFalse();
      for (int i = 0; i < queue.size(); i++) {
        server.accept().close();
      }

      dial.get(20, TimeUnit.SECONDS).close();
      closeAll(queue);
    }
  }

  @Test
  void silentHostEndsWithTheLimit() throws Exception {
    try (ServerSocketChannel server = ServerSocketChannel.open()) {
      server.bind(new InetSocketAddress("127.0.0.1", 0), 1);
      List<SocketChannel> queue = fillTcpBacklog(server.getLocalAddress());

      Throwable failure = catchThrowable(() -> dialer.dial(address("127.0.0.1", server), SHORT));

      assertThat(failure)
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("no connection within 300ms");
      closeAll(queue);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void interruptEndsTheCall(boolean virtual) throws Exception {
    Path path = directory.resolve("full.sock");
    try (ServerSocketChannel server = listen(path, 1)) {
      List<SocketChannel> queue = fillBacklog(path);
      CountDownLatch started = new CountDownLatch(1);
      FutureTask<Throwable> dial =
          new FutureTask<>(() -> {
            started.countDown();
            return catchThrowable(() -> dialer.dial(new Endpoint.Unix(path), AMPLE));
          });
      Thread thread = virtual ? Thread.ofVirtual().start(dial) : Thread.ofPlatform().start(dial);

      assertThat(started.await(10, TimeUnit.SECONDS)).isTrue();
      thread.interrupt();

      assertThat(dial.get(10, TimeUnit.SECONDS)).isInstanceOf(ClosedByInterruptException.class);
      closeAll(queue);
    }
  }

  @Test
  @EnabledOnOs({OS.LINUX, OS.MAC})
  void lackOfFileDescriptorsIsNoFailureOfThePeer() throws Exception {
    Path classes =
        Path.of(SocketDialer.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path program = directory.resolve("NoDescriptors.java");
    try (InputStream in = SocketDialerTest.class.getResourceAsStream("/net/NoDescriptors.java")) {
      Files.copy(in, program);
    }
    Path output = directory.resolve("output");
    Process java =
        new ProcessBuilder(
                "/bin/sh",
                "-c",
                "ulimit -n 200 && exec \"$0\" -cp \"$1\" \"$2\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                classes.toString(),
                program.toString())
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();

    assertThat(java.waitFor(50, TimeUnit.SECONDS)).isTrue();
    assertThat(Files.readAllLines(output))
        .containsExactly("LocalFailureException", "LocalFailureException", "LocalFailureException");
  }

  @Test
  void refusesALimitOfZero() {
    assertThatThrownBy(() -> dialer.dial(new Endpoint.Inet("localhost", 1), Duration.ZERO))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("limit is 0s, must be above zero");
  }

  private SocketDialer resolving(String... addresses) {
    return new SocketDialer(
        watchdog,
        new HostLookup(host -> {
          InetAddress[] found = new InetAddress[addresses.length];
          for (int i = 0; i < found.length; i++) {
            found[i] = InetAddress.getByName(addresses[i]);
          }
          return found;
        }));
  }

  private static InetAddress[] awaitForever(CountDownLatch hang) {
    try {
      assertThat(hang.await(30, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
    return new InetAddress[0];
  }

  private static <T> T on(boolean virtual, Callable<T> work) throws Exception {
    FutureTask<T> task = new FutureTask<>(work);
    Thread thread = virtual ? Thread.ofVirtual().start(task) : Thread.ofPlatform().start(task);
    T result = task.get(20, TimeUnit.SECONDS);
    assertThat(thread.join(Duration.ofSeconds(10))).isTrue();
    return result;
  }

  private static List<SocketChannel> fillBacklog(Path path) throws Exception {
    return on(true, () -> connectUntilRefused(path));
  }

  /** From a virtual thread a full backlog shows at once. */
  private static List<SocketChannel> connectUntilRefused(Path path) {
    List<SocketChannel> queue = new ArrayList<>();
    while (queue.size() < 10) {
      try {
        queue.add(SocketChannel.open(UnixDomainSocketAddress.of(path)));
      } catch (IOException full) {
        return queue;
      }
    }
    throw new AssertionError("backlog does not fill");
  }

  private static List<SocketChannel> fillTcpBacklog(java.net.SocketAddress server) {
    List<SocketChannel> queue = new ArrayList<>();
    while (queue.size() < 10) {
      try {
        SocketChannel channel = SocketChannel.open();
        channel.socket().connect(server, 300);
        queue.add(channel);
      } catch (IOException full) {
        return queue;
      }
    }
    throw new AssertionError("backlog does not fill");
  }

  private static void closeAll(List<SocketChannel> channels) throws IOException {
    for (SocketChannel channel : channels) {
      channel.close();
    }
  }

  private static ServerSocketChannel listen(String host) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open();
    return server.bind(new InetSocketAddress(host, 0));
  }

  private static ServerSocketChannel listen(Path path, int backlog) throws IOException {
    ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    return server.bind(UnixDomainSocketAddress.of(path), backlog);
  }

  private static Endpoint address(String host, ServerSocketChannel server) throws IOException {
    return new Endpoint.Inet(host, server.socket().getLocalPort());
  }

  /** A port that was free a moment ago. */
  private static Endpoint addressOfNobody(String host) throws IOException {
    try (ServerSocketChannel server = listen("127.0.0.1")) {
      return address(host, server);
    }
  }
}
