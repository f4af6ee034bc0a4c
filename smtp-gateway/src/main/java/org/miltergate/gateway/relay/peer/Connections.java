package org.miltergate.gateway.relay.peer;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.miltergate.address.HostNames;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.SmtpConnector;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.SocketDialer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Provides deliveries with connections, kept ones and new ones, and takes them back.
 *
 * <p>If there are several next hops, one that could not be used is skipped for a while. The next
 * one is tried as long as nothing of a message has been sent; after that a delivery keeps its
 * connection.
 *
 * <p>Thread-safe.
 */
public final class Connections implements Closeable {
  private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

  /** So many clients may be between their recipients and their message with a connection each. */
  public static final int MOST_HELD = 50;

  private final List<Destination> destinations;
  private final HeldConnections held = new HeldConnections(MOST_HELD);
  private final Duration deliveryTimeout;
  private final int transactionsPerMessage;

  /**
   * Makes connections to one of several next hops that stand in for one another; dials none yet.
   *
   * @param configs at least one
   * @param heloName our own name, for EHLO
   * @throws IOException if a file with certificates cannot be read
   */
  public static Connections open(List<NextHopConfig.Smtp> configs, String heloName, MxLookup lookup)
      throws IOException {
    List<Destination> destinations = new ArrayList<>();
    for (NextHopConfig.Smtp config : configs) {
      SmtpConnector connector = SmtpConnector.open(config, heloName, new SocketDialer());
      destinations.add(new Destination(config, PeerSource.of(config, lookup, heloName), connector));
    }
    return new Connections(destinations);
  }

  /**
   * Makes connections to the mail exchangers of a recipient's domain; dials none yet.
   *
   * @param config all but where they go
   * @param domain in ASCII
   * @throws IOException as {@link #open}
   */
  public static Connections openForDomain(
      NextHopConfig.Smtp config, String domain, int port, String heloName, MxLookup lookup)
      throws IOException {
    SmtpConnector connector = SmtpConnector.open(config, heloName, new SocketDialer());
    if (!HostNames.isDialledName(domain)) {
      PeerSource nowhere =
          deadline -> {
            throw new MessageRefusedException(
                SmtpReply.of(550, "5.1.2 Domain of recipient does not exist"),
                "'" + domain + "' is no domain of the DNS");
          };
      return new Connections(List.of(new Destination(config, nowhere, connector)));
    }
    NextHopTarget.Mx target = new NextHopTarget.Mx(domain, port);
    NextHopConfig.Smtp fixed = config.with(NextHopConfig.Smtp.TARGET, target);
    PeerSource peers =
        PeerSource.ofRecipient(target, config.timeouts().connect(), lookup, heloName);
    return new Connections(List.of(new Destination(fixed, peers, connector)));
  }

  /**
   * @param destinations at least one
   */
  private Connections(List<Destination> destinations) {
    this.destinations = List.copyOf(destinations);
    this.deliveryTimeout =
        destinations.stream()
            .map(destination -> destination.config().timeouts().delivery())
            .max(Comparator.naturalOrder())
            .orElseThrow();
    this.transactionsPerMessage =
        destinations.stream()
            .mapToInt(destination -> destination.config().transactionsPerMessage())
            .max()
            .orElseThrow();
  }

  /** Returns the end of the time of one delivery, which began when its client began to wait. */
  public DeliveryDeadline deadline(long sinceNanos) {
    return DeliveryDeadline.since(sinceNanos, deliveryTimeout);
  }

  /**
   * Returns a connection at which a transaction can begin: a kept one, which the next hop may close
   * the next moment, or a new one. Waits for its turn; of several next hops, one that is at its
   * limit is skipped if another is not.
   *
   * @throws NextHopException if there is none; it tells of the last next hop tried
   * @throws MessageRefusedException if none of the next hops takes mail at all
   */
  public PooledConnection take(DeliveryDeadline deadline, Set<Terms> terms)
      throws NextHopException, MessageRefusedException {
    Optional<NextHopException> last = Optional.empty();
    Optional<MessageRefusedException> refusal = Optional.empty();
    for (Destination destination : freeFirst(order(deadline))) {
      if (last.isPresent() && deadline.isOver()) {
        break;
      }
      last.ifPresent(Connections::tryingNext);
      Turns.Turn turn =
          terms.contains(Terms.AT_ONCE)
              ? destination.turns().atOnce()
              : destination.turns().await(deadline);
      try {
        return use(destination, turn, deadline, terms);
      } catch (NextHopException e) {
        destination.passedOver().failed(destination);
        last = Optional.of(e);
      } catch (MessageRefusedException e) {
        // Others may accept mail later: it is refused permanently only if none ever will.
        destination.passedOver().failed(destination);
        refusal = Optional.of(e);
      }
    }
    if (last.isPresent()) {
      throw last.get();
    }
    throw refusal.orElseThrow();
  }

  private static List<Destination> freeFirst(List<Destination> order) {
    if (order.size() == 1 || order.getFirst().turns().isFree()) {
      return order;
    }
    List<Destination> sorted = new ArrayList<>(order);
    sorted.sort(Comparator.comparing(destination -> !destination.turns().isFree())); // stable
    return sorted;
  }

  private static PooledConnection use(
      Destination destination, Turns.Turn turn, DeliveryDeadline deadline, Set<Terms> terms)
      throws NextHopException, MessageRefusedException {
    boolean inUse = false;
    try {
      Optional<PooledConnection> kept =
          terms.contains(Terms.NEW) ? Optional.empty() : destination.pool().take();
      PooledConnection connection = kept.isPresent() ? kept.get() : dial(destination, deadline);
      connection.smtp().limitTo(deadline);
      connection.use(turn);
      inUse = true;
      return connection;
    } finally {
      if (!inUse) {
        turn.close();
      }
    }
  }

  private static PooledConnection dial(Destination destination, DeliveryDeadline deadline)
      throws NextHopException, MessageRefusedException {
    destination.pool().shrinkTo(destination.turns().left());
    PooledConnection connection = destination.connect(deadline, Connections::tryingNext);
    destination.passedOver().succeeded(destination);
    return connection;
  }

  private List<Destination> order(DeliveryDeadline deadline) {
    return destinations.size() == 1
        ? destinations
        : DestinationOrder.of(destinations, deadline.draw());
  }

  private static void tryingNext(NextHopException failure) {
    LOG.atWarn()
        .addKeyValue("cause", failure.getMessage())
        .log("next hop cannot be used, trying the next");
  }

  /** Returns the connections that wait for a client to go on. */
  public HeldConnections held() {
    return held;
  }

  /** Returns how many transactions one message may have. */
  public int transactionsPerMessage() {
    return transactionsPerMessage;
  }

  /** Returns how many connections are kept now. */
  public int idleCount() {
    return destinations.stream().mapToInt(destination -> destination.pool().size()).sum();
  }

  @Override
  public void close() {
    destinations.forEach(destination -> destination.pool().close());
  }

  /** Names the next hop, for the log. */
  @Override
  public String toString() {
    return destinations.stream().map(Destination::toString).collect(Collectors.joining(", "));
  }
}
