package org.miltergate.gateway.listener;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** What we rely on in SubEthaSMTP, so that an upgrade that changes it breaks here and loudly. */
class SubethaContractTest {
  private static final InetSocketAddress ANY_PORT = new InetSocketAddress("127.0.0.1", 0);
  private static final int SESSIONS = 10;

  @Test
  void saysNothingOfItsOwnWhenTheDialogueHasEnded() throws Exception {
    try (SubethaListener listener =
        listening((socket, input) -> {
          socket.getOutputStream().write("ours\r\n".getBytes(StandardCharsets.US_ASCII));
        })) {
      try (Socket client = new Socket("127.0.0.1", listener.address().getPort())) {
        assertThat(client.getInputStream().readAllBytes())
            .isEqualTo("ours\r\n".getBytes(StandardCharsets.US_ASCII));
      }
    }
  }

  @Test
  void saysNothingOfItsOwnWhenTheDialogueFails() throws Exception {
    try (SubethaListener listener =
        listening((socket, input) -> {
          throw new IllegalStateException("a fault, thrown by a test on purpose");
        })) {
      try (Socket client = new Socket("127.0.0.1", listener.address().getPort())) {
        assertThat(client.getInputStream().readAllBytes()).isEmpty();
      }
    }
  }

  @Test
  void leavesAllInputToTheDialogue() throws Exception {
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    try (SubethaListener listener =
        listening((socket, input) ->
            got.add(new String(input.readNBytes(11), StandardCharsets.US_ASCII)))) {
      try (Socket client = new Socket("127.0.0.1", listener.address().getPort())) {
        client.getOutputStream().write("QUIT\r\nRSET\n".getBytes(StandardCharsets.US_ASCII));

        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("QUIT\r\nRSET\n");
      }
    }
  }

  @Test
  void givesEachConnectionAVirtualThreadAndAnUnlimitedRead() throws Exception {
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    try (SubethaListener listener =
        listening((socket, input) ->
            got.add(
                "virtual=%s timeout=%d nodelay=%s"
                    .formatted(
                        Thread.currentThread().isVirtual(),
                        socket.getSoTimeout(),
                        socket.getTcpNoDelay())))) {
      try (Socket client = new Socket("127.0.0.1", listener.address().getPort())) {
        assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("virtual=true timeout=0 nodelay=true");
      }
    }
  }

  @Test
  void closesTheConnectionOfADialogueThatRunsWhenItIsStopped() throws Exception {
    BlockingQueue<String> got = new LinkedBlockingQueue<>();
    SubethaListener listener =
        listening((socket, input) -> {
          got.add("begun");
          try {
            got.add("read " + input.read());
          } catch (IOException e) {
            got.add("interrupted");
          }
        });
    try (Socket client = new Socket("127.0.0.1", listener.address().getPort())) {
      assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("begun");

      listener.close();

      assertThat(got.poll(10, TimeUnit.SECONDS)).isEqualTo("interrupted");
      assertThat(client.getInputStream().read()).isEqualTo(-1);
    }
  }

  @Test
  void saysWhatKeepsItFromListening() throws Exception {
    try (SubethaListener first = listening((socket, input) -> {})) {
      SubethaListener second =
          new SubethaListener(first.address(), socket(first.address()), SESSIONS, connection -> {});

      org.assertj.core.api.Assertions.assertThatThrownBy(second::start)
          .isInstanceOf(IOException.class)
          .hasMessageContaining("Address already in use");
    }
  }

  private static DrainableServerSocket socket(InetSocketAddress address) throws IOException {
    return new DrainableServerSocket(address.getAddress(), DrainableServerSocket.PortUse.ALONE);
  }

  private interface Talk {
    void run(Socket socket, InputStream input) throws IOException;
  }

  private static SubethaListener listening(Talk talk) throws IOException {
    SubethaListener listener =
        new SubethaListener(
            ANY_PORT,
            socket(ANY_PORT),
            SESSIONS,
            socket -> {
              try {
                talk.run(socket, socket.getInputStream());
              } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
              }
            });
    listener.start();
    return listener;
  }
}
