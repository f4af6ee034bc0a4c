package org.miltergate.gateway.listener;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.Locale;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import org.miltergate.gateway.smtp.syntax.AddressText;
import org.miltergate.milter.text.DurationText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/**
 * One listening address, served by SubEthaSMTP; the only class that knows it.
 *
 * <p>SubEthaSMTP accepts connections and gives each a {@code Session} in a virtual thread. The
 * dialogue is ours: it runs inside {@code SessionHandler.accept}, which may block, on the session's
 * socket, from which SubEthaSMTP has read nothing. When it has ended, the session is told to quit
 * before {@code accept} returns; its own command loop then finds the connection closed and says
 * nothing. None of its commands ever runs.
 *
 * <p>Thread-safe.
 */
final class SubethaListener implements Closeable {
  /** Runs the SMTP dialogue on one connection, in the calling thread. */
  interface Dialogue {
    void run(Socket socket);
  }

  private static final Logger log = LoggerFactory.getLogger(SubethaListener.class);

  /**
   * Connections beyond our own limit, which is kept elsewhere, while they are told so. SubEthaSMTP
   * has a table with a place for each connection that there could be.
   */
  private static final int TURNED_AWAY = 50_000;

  private static final int BACKLOG = 1024;
  private static final Duration STOP_LIMIT = Duration.ofSeconds(5);

  private final DrainableServerSocket serverSocket;
  private final ExecutorService sessions = Executors.newVirtualThreadPerTaskExecutor();
  private final AtomicLong sessionCount = new AtomicLong();
  private final SMTPServer server;
  private final InetSocketAddress wanted;

  /**
   * Prepares to listen; {@link #start} begins.
   *
   * @param socket for the address
   * @param maxSessions how many connections the dialogue serves, at all addresses together
   */
  SubethaListener(
      InetSocketAddress address, DrainableServerSocket socket, int maxSessions, Dialogue dialogue) {
    wanted = address;
    serverSocket = socket;
    server =
        SMTPServer.port(address.getPort())
            .bindAddress(address.getAddress())
            .backlog(BACKLOG)
            .hostName("unused") // else it asks DNS for the name of this host
            .serverSocketFactory(() -> bindable(serverSocket))
            .sessionHandler(new Takeover(dialogue))
            .sessionIdFactory(() -> Long.toString(sessionCount.incrementAndGet(), 36))
            .executorService(sessions)
            .maxConnections(maxSessions + TURNED_AWAY)
            .connectionTimeoutMs(0) // deadlines are ours
            .serverThreadName("smtp-accept-" + address.getPort())
            .build();
  }

  private static ServerSocket bindable(ServerSocket socket) {
    return socket;
  }

  /**
   * Binds and starts to accept.
   *
   * @throws IOException if the address cannot be bound
   */
  void start() throws IOException {
    try {
      server.start();
    } catch (RuntimeException e) {
      serverSocket.close();
      throw new IOException(
          String.format(
              Locale.ROOT,
              "cannot listen on %s:%d: %s",
              AddressText.of(wanted.getAddress()),
              wanted.getPort(),
              rootMessage(e)),
          e);
    }
  }

  private static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return String.valueOf(root.getMessage());
  }

  /** Returns the address that is bound, with the port that was chosen if 0 was asked for. */
  InetSocketAddress address() {
    InetAddress bound = server.getBindAddress().orElseThrow();
    return new InetSocketAddress(bound, server.getPortAllocated());
  }

  /** Refuses new connections; those that exist go on. */
  void stopListening() throws IOException {
    serverSocket.stopListening();
  }

  /**
   * Ends all connections, and waits a little for their threads to see it: {@code SMTPServer.stop}
   * itself would wait without limit.
   */
  @Override
  public void close() throws IOException {
    serverSocket.stopListening();
    sessions.shutdownNow();
    Thread stopper = Thread.ofVirtual().name("smtp-stop").start(server::stop);
    try {
      if (!stopper.join(STOP_LIMIT)) {
        log.warn(
            "SMTP sessions at {} have not ended within {}", address(), DurationText.of(STOP_LIMIT));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      serverSocket.close();
    }
  }

  private record Takeover(Dialogue dialogue) implements SessionHandler {
    @Override
    public SessionAcceptance accept(Session session) {
      try {
        giveBuffersBack(session);
        dialogue.run(session.getSocket());
      } catch (IOException e) {
        return SessionAcceptance.success(); // the client has gone before its first word
      } catch (RuntimeException | Error e) {
        // A fault of this program; without this the client would hear of it in SubEthaSMTP's words.
        log.error("SMTP session with {} failed", session.getRemoteAddress(), e);
      } finally {
        session.quit();
      }
      return SessionAcceptance.success();
    }

    /**
     * Has the session make its streams, which nobody uses, anew: Java gives those that are made on
     * a virtual thread small buffers, and these were made on the thread that accepts, with 16 KiB.
     */
    private static void giveBuffersBack(Session session) throws IOException {
      session.setSocket(session.getSocket());
    }

    @Override
    public void onSessionEnd(Session session) {
      // The dialogue has cleaned up behind itself.
    }
  }
}
