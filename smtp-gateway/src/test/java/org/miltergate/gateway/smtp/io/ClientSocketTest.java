package org.miltergate.gateway.smtp.io;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.gateway.testkit.TlsPeer;
import org.miltergate.gateway.tls.ServerTls;
import org.miltergate.gateway.tls.Tls13Client;
import org.miltergate.net.Deadline;
import org.miltergate.net.Watchdog;

/** Whatever the session's thread waits for, its wait ends. */
@Tag("slow")
class ClientSocketTest {
  private static final Duration SHORT = Duration.ofMillis(300);

  /** A socket whose peer takes nothing, once its output is clogged: writes wait for its end. */
  private static final class Clogged extends Socket {
    private final CountDownLatch closed = new CountDownLatch(1);
    private volatile boolean clogged;

    @Override
    public OutputStream getOutputStream() throws IOException {
      return new FilterOutputStream(super.getOutputStream()) {
        @Override
        public void write(byte[] bytes, int offset, int length) throws IOException {
          if (clogged) {
            awaitEnd();
          }
          out.write(bytes, offset, length);
        }
      };
    }

    private void awaitEnd() throws IOException {
      try {
        closed.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      throw new SocketException("socket is closed");
    }

    @Override
    public void close() throws IOException {
      super.close();
      closed.countDown();
    }
  }

  private static final class CloggedListener extends ServerSocket {
    CloggedListener() throws IOException {
      super(0, 1, InetAddress.getLoopbackAddress());
    }

    @Override
    public Clogged accept() throws IOException {
      Clogged accepted = new Clogged();
      implAccept(accepted);
      return accepted;
    }
  }

  /** Begins the client's part of the handshake. */
  private static Future<Tls13Client> handshake(Socket client) {
    FutureTask<Tls13Client> handshake = new FutureTask<>(() -> Tls13Client.on(client));
    Thread.ofVirtual().name("client").start(handshake);
    return handshake;
  }

  private static ServerTls tls() throws IOException {
    return ServerTls.open(TlsPeer.listener(TlsMode.IMPLICIT));
  }

  /** The gateway's end of an encrypted connection, and the client's. */
  private record Encrypted(ClientSocket ours, Clogged socket, Tls13Client client)
      implements AutoCloseable {
    static Encrypted open() throws Exception {
      try (CloggedListener listener = new CloggedListener()) {
        Socket dialled = new Socket(listener.getInetAddress(), listener.getLocalPort());
        Clogged accepted = listener.accept();
        ClientSocket ours = new ClientSocket(accepted, Watchdog.shared(), SHORT);
        Future<Tls13Client> client = handshake(dialled);
        ours.startTls(tls(), Duration.ofSeconds(20));
        return new Encrypted(ours, accepted, client.get(20, TimeUnit.SECONDS));
      }
    }

    @Override
    public void close() throws IOException {
      client.close();
      ours.close();
    }
  }

  /** What the session's thread does when the client lets it wait. */
  enum Wait {
    READ {
      @Override
      void begin(ClientSocket socket) throws IOException {
        socket.read(new byte[100], 0, 100, Deadline.in(SHORT));
      }
    },
    READ_IN_TIME {
      @Override
      void begin(ClientSocket socket) throws IOException {
        socket.readInTime(new byte[100], 0, 100, Deadline.in(SHORT));
      }
    },
    WRITE {
      @Override
      void begin(ClientSocket socket) throws IOException {
        socket.write(new byte[100], 100, SHORT);
      }
    };

    abstract void begin(ClientSocket socket) throws IOException;
  }

  @ParameterizedTest
  @EnumSource
  void aWaitEndsAlsoWhenItIsForTheClientToRead(Wait wait) throws Exception {
    try (Encrypted encrypted = Encrypted.open()) {
      encrypted.socket().clogged = true;
      encrypted.client().updateKeys(true); // a read that gets this has to write

      assertThatThrownBy(() -> wait.begin(encrypted.ours()))
          .isInstanceOf(ClientTimeoutException.class);

      assertThat(encrypted.socket().isClosed()).as("connection has ended").isTrue();
    }
  }

  @Test
  void aReadThatIsLateForItsInputLeavesTheOutputOpen() throws Exception {
    try (Encrypted encrypted = Encrypted.open()) {
      assertThatThrownBy(() -> Wait.READ.begin(encrypted.ours()))
          .isInstanceOf(ClientTimeoutException.class);

      encrypted.ours().write("421 late\r\n".getBytes(StandardCharsets.US_ASCII), 10, SHORT);
      assertThat(encrypted.socket().isClosed()).isFalse();
    }
  }

  @Test
  void aHandshakeEndsWhenTheClientStopsToRead() throws Exception {
    try (CloggedListener listener = new CloggedListener();
        Socket dialled = new Socket(listener.getInetAddress(), listener.getLocalPort());
        ClientSocket ours = socket(listener)) {
      Future<Tls13Client> client = handshake(dialled);

      assertThatThrownBy(() -> ours.startTls(tls(), SHORT))
          .isInstanceOf(ClientTimeoutException.class);

      assertThatThrownBy(() -> client.get(20, TimeUnit.SECONDS))
          .hasCauseInstanceOf(IOException.class);
    }
  }

  private static ClientSocket socket(CloggedListener listener) throws IOException {
    Clogged accepted = listener.accept();
    accepted.clogged = true;
    return new ClientSocket(accepted, Watchdog.shared());
  }
}
