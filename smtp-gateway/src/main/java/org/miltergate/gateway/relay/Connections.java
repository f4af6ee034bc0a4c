package org.miltergate.gateway.relay;

import java.io.Closeable;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives connections to deliveries, kept ones and new ones, and takes them back.
 *
 * <p>Where there are several next hops, one that could not be used is passed over for a while. The
 * next is tried as long as nothing of a message has been said; whoever has a connection stays with
 * it.
 *
 * <p>Thread-safe.
 */
final class Connections implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** So many clients may be between their recipients and their message with a connection each. */
  static final int MOST_HELD = 50;

  private final List<Route> routes;
  private final HeldConnections held = new HeldConnections(MOST_HELD);
  private final Duration deliveryTimeout;
  private final int transactionsPerMessage;

  /**
   * @param routes at least one
   */
  Connections(List<Route> routes) {
    this.routes = List.copyOf(routes);
    this.deliveryTimeout =
        routes.stream()
            .map(route -> route.config().timeouts().delivery())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    this.transactionsPerMessage =
        routes.stream()
            .mapToInt(route -> route.config().transactionsPerMessage())
            .max()
            .orElseThrow();
  }

  /** Begins the time of one delivery. */
  DeliveryDeadline deadline() {
    return DeliveryDeadline.in(deliveryTimeout);
  }

  /**
   * Returns a kept connection to the next hop that is to be tried first, if there is one that still
   * stands; the next hop may close it the next moment.
   */
  Optional<SmtpConnection> idle(DeliveryDeadline deadline) {
    Optional<SmtpConnection> kept = order(deadline).getFirst().pool().take();
    kept.ifPresent(connection -> connection.limitTo(deadline));
    return kept;
  }

  /**
   * Opens a connection, up to the point where a transaction can begin.
   *
   * @throws NextHopException if there is none to be had; it tells of the last next hop tried
   * @throws MessageRefusedException if none of the next hops takes mail at all
   */
  SmtpConnection connect(DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    Optional<NextHopException> last = Optional.empty();
    Optional<MessageRefusedException> refusal = Optional.empty();
    for (Route route : order(deadline)) {
      if (last.isPresent() && deadline.isOver()) {
        break;
      }
      last.ifPresent(Connections::tryingNext);
      try {
        SmtpConnection connection = route.connect(deadline, Connections::tryingNext);
        route.passedOver().succeeded(route);
        connection.keepIn(route.pool());
        return connection;
      } catch (NextHopException e) {
        route.passedOver().failed(route);
        last = Optional.of(e);
      } catch (MessageRefusedException e) {
        // Others may take mail, if not now: it is refused for good only where none ever will.
        route.passedOver().failed(route);
        refusal = Optional.of(e);
      }
    }
    if (last.isPresent()) {
      throw last.get();
    }
    throw refusal.orElseThrow();
  }

  private List<Route> order(DeliveryDeadline deadline) {
    return routes.size() == 1 ? routes : RouteOrder.of(routes, deadline.draw());
  }

  private static void tryingNext(NextHopException failure) {
    LOG.atWarn()
        .addKeyValue("cause", failure.getMessage())
        .log("next hop cannot be used, trying the next");
  }

  /** Returns the connections that wait for a client to go on. */
  HeldConnections held() {
    return held;
  }

  /** Takes a connection back that has no transaction; what is not kept is closed. */
  void giveBack(SmtpConnection connection) {
    connection.limitTo(DeliveryDeadline.NONE);
    connection.giveBack();
  }

  /** Returns how many transactions one message may have. */
  int transactionsPerMessage() {
    return transactionsPerMessage;
  }

  /** Returns how many connections are kept now. */
  int idleCount() {
    return routes.stream().mapToInt(route -> route.pool().size()).sum();
  }

  @Override
  public void close() {
    routes.forEach(route -> route.pool().close());
  }

  /** Names the next hop, for the log. */
  @Override
  public String toString() {
    return routes.stream().map(Route::toString).collect(Collectors.joining(", "));
  }
}
