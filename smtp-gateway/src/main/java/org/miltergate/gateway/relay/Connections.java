package org.miltergate.gateway.relay;

import java.io.Closeable;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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

  /** Returns the end of the time of one delivery, which began when its client began to wait. */
  DeliveryDeadline deadline(WaitingClient client) {
    return DeliveryDeadline.since(client.sinceNanos(), deliveryTimeout);
  }

  /**
   * Returns a connection at which a transaction can begin: a kept one, which the next hop may close
   * the next moment, or a new one. Waits for its turn; of several next hops, one that is at its
   * limit is passed over if another is not.
   *
   * @throws NextHopException if there is none; it tells of the last next hop tried
   * @throws MessageRefusedException if none of the next hops takes mail at all
   */
  SmtpConnection take(DeliveryDeadline deadline, Set<Terms> terms)
      throws NextHopException, MessageRefusedException {
    Optional<NextHopException> last = Optional.empty();
    Optional<MessageRefusedException> refusal = Optional.empty();
    for (Route route : freeFirst(order(deadline))) {
      if (last.isPresent() && deadline.isOver()) {
        break;
      }
      last.ifPresent(Connections::tryingNext);
      Turns.Turn turn =
          terms.contains(Terms.AT_ONCE) ? route.turns().atOnce() : route.turns().await(deadline);
      try {
        return use(route, turn, deadline, terms);
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

  private static List<Route> freeFirst(List<Route> order) {
    if (order.size() == 1 || order.getFirst().turns().isFree()) {
      return order;
    }
    List<Route> sorted = new ArrayList<>(order);
    sorted.sort(Comparator.comparing(route -> !route.turns().isFree())); // stable
    return sorted;
  }

  private static SmtpConnection use(
      Route route, Turns.Turn turn, DeliveryDeadline deadline, Set<Terms> terms)
      throws NextHopException, MessageRefusedException {
    boolean inUse = false;
    try {
      Optional<SmtpConnection> kept =
          terms.contains(Terms.NEW) ? Optional.empty() : route.pool().take();
      SmtpConnection connection = kept.isPresent() ? kept.get() : dial(route, deadline);
      connection.limitTo(deadline);
      connection.use(turn);
      inUse = true;
      return connection;
    } finally {
      if (!inUse) {
        turn.close();
      }
    }
  }

  private static SmtpConnection dial(Route route, DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    route.pool().shrinkTo(route.turns().left());
    SmtpConnection connection = route.connect(deadline, Connections::tryingNext);
    route.passedOver().succeeded(route);
    connection.keepIn(route.pool());
    return connection;
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
