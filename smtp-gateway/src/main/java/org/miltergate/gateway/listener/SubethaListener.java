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
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.IpText;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.subethamail.smtp.server.SMTPServer;
import org.subethamail.smtp.server.Session;
import org.subethamail.smtp.server.SessionHandler;

/**
 * One listening address, served by SubEthaSMTP; the only class that uses it.
 *
 * <p>SubEthaSMTP accepts connections and gives each a {@code Session} in a virtual thread. The
 * dialogue is ours: it runs inside {@code SessionHandler.accept}, which may block, on the session's
 * socket, from which SubEthaSMTP has read nothing. When it has ended, the session is told to quit
 * before {@code accept} returns; its own command loop then finds the connection closed and sends
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
   * Connections beyond our own limit, which is enforced elsewhere, while they get their refusal.
   * SubEthaSMTP has a table with an entry for each possible connection.
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
   * @param maxSessions how many connections the dialogue serves, on all addresses together
   */
  SubethaListener(
      InetSocketAddress address, DrainableServerSocket socket, int maxSessions, Dialogue dialogue) {
    wanted = address;
    serverSocket = socket;
    server =
        SMTPServer.port(address.getPort())
            .bindAddress(address.getAddress())
            .backlog(BACKLOG)
            .hostName("unused") // otherwise it looks up the name of this host
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
              IpText.format(wanted.getAddress()),
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

  /** Returns the bound address, with the actual port if the configured one was 0. */
  InetSocketAddress address() {
    InetAddress bound = server.getBindAddress().orElseThrow();
    return new InetSocketAddress(bound, server.getPortAllocated());
  }

  /** Refuses new connections; existing ones continue. */
  void stopListening() throws IOException {
    serverSocket.stopListening();
  }

  /**
   * Closes all connections, and waits briefly for their threads to notice: {@code SMTPServer.stop}
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
        return SessionAcceptance.success(); // the client has disconnected before its first command
      } catch (RuntimeException | Error e) {
        // A program error; without this the client would get SubEthaSMTP's text.
        log.error("SMTP session with {} failed", session.getRemoteAddress(), e);
      } finally {
        session.quit();
      }
      return SessionAcceptance.success();
    }

    /**
     * Makes the session recreate its unused streams: Java gives streams created on a virtual thread
     * small buffers, and these were created on the accepting thread, with 16 KiB.
     */
    private static void giveBuffersBack(Session session) throws IOException {
      session.setSocket(session.getSocket());
    }

    @Override
    public void onSessionEnd(Session session) {
      // The dialogue has already cleaned up.
    }
  }
}
