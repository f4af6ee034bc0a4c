package org.miltergate.gateway.relay;

import java.io.Closeable;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.config.NextHopConfig;

/** Gives connections to deliveries, kept ones and new ones, and takes them back. Thread-safe. */
final class Connections implements Closeable {
  private static final Duration DELIVERY_TIMEOUT = Duration.ofMinutes(9);

  private final NextHopConfig.Smtp config;
  private final SmtpConnector connector;
  private final ConnectionPool pool;

  Connections(NextHopConfig.Smtp config, SmtpConnector connector) {
    this.config = config;
    this.connector = connector;
    this.pool = new ConnectionPool(config.idleConnections(), config.idleTime());
  }

  /** Begins the time of one delivery. */
  DeliveryDeadline deadline() {
    return DeliveryDeadline.in(DELIVERY_TIMEOUT);
  }

  /**
   * Returns a kept connection, if there is one that still stands; the next hop may close it the
   * next moment.
   */
  Optional<SmtpConnection> idle(DeliveryDeadline deadline) {
    Optional<SmtpConnection> kept = pool.take();
    kept.ifPresent(connection -> connection.limitTo(deadline));
    return kept;
  }

  /**
   * Opens a connection, up to the point where a transaction can begin.
   *
   * @throws NextHopException if there is none to be had
   */
  SmtpConnection connect(DeliveryDeadline deadline) throws NextHopException {
    return connector.connect(deadline);
  }

  /** Takes a connection back that has no transaction; what is not kept is closed. */
  void giveBack(SmtpConnection connection) {
    connection.limitTo(DeliveryDeadline.NONE);
    pool.giveBack(connection);
  }

  /** Returns how many transactions one message may have. */
  int transactionsPerMessage() {
    return config.transactionsPerMessage();
  }

  /** Returns how many connections are kept now. */
  int idleCount() {
    return pool.size();
  }

  @Override
  public void close() {
    pool.close();
  }

  /** Names the next hop, for the log. */
  @Override
  public String toString() {
    return config.target().toString();
  }
}
