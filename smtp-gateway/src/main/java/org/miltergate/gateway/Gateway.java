package org.miltergate.gateway;

import java.io.Closeable;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.GatewayConfig;
import org.miltergate.gateway.auth.SaslServer;
import org.miltergate.gateway.auth.Users;
import org.miltergate.gateway.files.Access;
import org.miltergate.gateway.files.DurableFiles;
import org.miltergate.gateway.files.Folders;
import org.miltergate.gateway.listener.SmtpServer;
import org.miltergate.gateway.log.MailLog;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.spool.QuarantineStore;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.chain.ChainListener;
import org.miltergate.milter.chain.MilterChain;
import org.slf4j.LoggerFactory;

/**
 * The whole gateway, wired from a configuration.
 *
 * <p>Thread-safe.
 */
public final class Gateway implements Closeable {
  private final SmtpServer server;
  private final NextHop nextHop;

  private Gateway(SmtpServer server, NextHop nextHop) {
    this.server = server;
    this.nextHop = nextHop;
  }

  /**
   * Starts to listen on all configured addresses, and returns when it does. Missing directories are
   * created. Neither milters nor next hops are dialled before there is a client.
   *
   * @throws IOException if an address cannot be bound, or a directory or a file cannot be used;
   *     then nothing is left running
   */
  public static Gateway start(GatewayConfig config) throws IOException {
    return builder(config).start();
  }

  /**
   * As {@link #start(GatewayConfig)}.
   *
   * @param listener receives the events of the chains of all sessions, from many threads
   */
  public static Gateway start(GatewayConfig config, ChainListener listener) throws IOException {
    return builder(config).listener(listener).start();
  }

  /** Returns a builder for a gateway with the embedder's own parts. */
  public static Builder builder(GatewayConfig config) {
    return new Builder(config);
  }

  /** Collects the parts that a configuration cannot contain. Not thread-safe. */
  public static final class Builder {
    private final GatewayConfig config;
    private ChainListener listener = ChainListener.NONE;
    private @Nullable Users users;

    private Builder(GatewayConfig config) {
      this.config = config;
    }

    /**
     * Sets the listener for the events of the chains of all sessions; it is called from many
     * threads.
     */
    public Builder listener(ChainListener value) {
      listener = value;
      return this;
    }

    /** Sets the users who may log in, instead of those of the configuration. */
    public Builder users(Users value) {
      users = value;
      return this;
    }

    /** As {@link Gateway#start(GatewayConfig)}. */
    public Gateway start() throws IOException {
      SaslServer sasl = Wiring.sasl(config.auth(), config.spoolDirectory(), users);
      BodyStore bodies = bodyStore(config);
      MilterChain chain = Wiring.chain(config, bodies, listener);
      Path held = config.quarantine().directory();
      Folders.open(config.spoolDirectory()).make(held, List.of(), Access.PRIVATE);
      QuarantineStore quarantine = QuarantineStore.open(held);
      NextHop nextHop = Wiring.nextHop(config);
      try {
        MailLog log = new MailLog(LoggerFactory.getLogger("smtpd"));
        SmtpServer server = new SmtpServer(config, chain, nextHop, quarantine, bodies, log, sasl);
        server.start();
        return new Gateway(server, nextHop);
      } catch (IOException | RuntimeException e) {
        nextHop.close();
        throw e;
      }
    }
  }

  private static BodyStore bodyStore(GatewayConfig config) throws IOException {
    Path directory = config.spoolDirectory();
    DurableFiles.createDirectories(directory);
    if (!Files.isWritable(directory)) {
      throw new IOException("spool directory " + directory + " cannot be written to");
    }
    return new BodyStore(directory, config.limits().maxBodyMemoryBytes());
  }

  /** Returns the addresses that are listened on, in configured order, with their real ports. */
  public List<InetSocketAddress> addresses() {
    return server.addresses();
  }

  /**
   * Stops accepting connections, and waits for the sessions to end.
   *
   * @param limit how long to wait for them
   * @return whether all have ended; {@link #close} closes those that have not
   */
  public boolean drain(Duration limit) throws IOException {
    return server.drain(limit);
  }

  /** Ends all sessions at once. The client keeps a message for which it got no 250. */
  @Override
  public void close() throws IOException {
    try {
      server.close();
    } finally {
      nextHop.close();
    }
  }
}
