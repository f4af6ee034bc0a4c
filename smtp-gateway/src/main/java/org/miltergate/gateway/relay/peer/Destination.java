package org.miltergate.gateway.relay.peer;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.Peer;
import org.miltergate.gateway.relay.smtp.SmtpConnection;
import org.miltergate.gateway.relay.smtp.SmtpConnector;

/**
 * One of the next hops: its settings, where its servers are, and the connections kept to them.
 *
 * <p>Thread-safe.
 */
final class Destination {
  private final NextHopConfig.Smtp config;
  private final PeerSource peers;
  private final SmtpConnector connector;
  private final ConnectionPool pool;
  private final PassedOver passedOver;
  private final Turns turns;

  Destination(NextHopConfig.Smtp config, PeerSource peers, SmtpConnector connector) {
    this.config = config;
    this.peers = peers;
    this.connector = connector;
    this.pool = new ConnectionPool(config.idleConnections(), config.idleTime());
    this.passedOver = new PassedOver(config.retryAfter());
    this.turns = new Turns(config.address(), config.maxConnections());
  }

  NextHopConfig.Smtp config() {
    return config;
  }

  ConnectionPool pool() {
    return pool;
  }

  /** Says how many connections may be in use. */
  Turns turns() {
    return turns;
  }

  /** Notes how the last try went, so that others are tried first for a while. */
  PassedOver passedOver() {
    return passedOver;
  }

  /**
   * Tries the servers in turn; those that failed a short while ago come last.
   *
   * @throws NextHopException of the last, if none can be used
   * @throws MessageRefusedException if the next hop takes no mail at all
   */
  PooledConnection connect(DeliveryDeadline deadline, FailureLog log)
      throws NextHopException, MessageRefusedException {
    List<Peer> candidates = peers.find(deadline);
    List<Peer> order = new ArrayList<>(candidates);
    order.removeIf(peer -> passedOver.isPassedOver(peer));
    candidates.stream().filter(peer -> !order.contains(peer)).forEach(order::add);
    Optional<NextHopException> last = Optional.empty();
    for (Peer peer : order) {
      if (last.isPresent() && deadline.isOver()) {
        break;
      }
      last.ifPresent(log::tryingNext);
      try {
        SmtpConnection connection = connector.connect(peer, deadline);
        passedOver.succeeded(peer);
        return new PooledConnection(connection, this, candidates.size() > 1 ? peer : this);
      } catch (NextHopException e) {
        passedOver.failed(peer);
        last = Optional.of(e);
      }
    }
    throw last.orElseThrow();
  }

  /** Is told of a failure after which another server is tried. */
  @FunctionalInterface
  interface FailureLog {
    void tryingNext(NextHopException failure);
  }

  @Override
  public String toString() {
    return config.address();
  }
}
