package org.miltergate.gateway.relay.route;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.config.nexthop.RouteClients;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.MailOrigin;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.gateway.relay.delivery.Carrier;
import org.miltergate.gateway.relay.delivery.DeliveredLedger;
import org.miltergate.gateway.relay.delivery.MessageDelivery;
import org.miltergate.gateway.relay.delivery.SmtpCarrier;
import org.miltergate.gateway.relay.maildir.MaildirNextHop;
import org.miltergate.milter.mail.Recipient;

/**
 * Several next hops, of which each recipient has one: that of the first route that matches it.
 *
 * <p>Thread-safe.
 */
final class RoutedNextHop implements NextHop {
  private static final long MOST_DOMAINS = 1000;

  /** Longer than any delivery may take, so that connections in use are kept to the end. */
  private static final Duration DOMAIN_KEPT = Duration.ofMinutes(30);

  /**
   * A route and how mail goes there.
   *
   * @param config empty for the next hop that takes what no route does
   */
  private record Way(
      @Nullable RouteConfig config, NextHopConfig nextHop, Function<Recipient, Carrier> carrier) {
    boolean matches(String mailbox, MailOrigin origin) {
      return config == null || config.matches(mailbox, origin.listener(), clients(origin));
    }

    /**
     * An LMTP server takes mail for its own mailboxes: those that a route names, as far as known.
     */
    boolean takesBounces() {
      return config != null && !config.recipients().isEmpty() || !isLmtp(nextHop);
    }
  }

  private final List<Way> ways = new ArrayList<>();
  private final List<Closeable> open = new ArrayList<>();
  private final DeliveredLedger ledger;
  private final String hostName;
  private final Path spool;
  private final MxLookup lookup;

  private RoutedNextHop(String hostName, Path spool, MxLookup lookup, DeliveredLedger ledger) {
    this.hostName = hostName;
    this.spool = spool;
    this.lookup = lookup;
    this.ledger = ledger;
  }

  /**
   * Opens all next hops; connects to none yet.
   *
   * @param last takes what no route does
   * @throws IOException as {@link NextHops#open}
   */
  static RoutedNextHop open(
      List<RouteConfig> routes, NextHopConfig last, String hostName, Path spool, MxLookup lookup)
      throws IOException {
    DeliveredLedger ledger = DeliveredLedger.open(spool, InstantSource.system());
    RoutedNextHop routed = new RoutedNextHop(hostName, spool, lookup, ledger);
    boolean whole = false;
    try {
      for (RouteConfig route : routes) {
        routed.ways.add(new Way(route, route.nextHop(), routed.carrier(route.nextHop())));
      }
      routed.ways.add(new Way(null, last, routed.carrier(last)));
      whole = true;
      return routed;
    } finally {
      if (!whole) {
        routed.close();
      }
    }
  }

  private Function<Recipient, Carrier> carrier(NextHopConfig config) throws IOException {
    return switch (config) {
      case NextHopConfig.Smtp smtp ->
          smtp.target() instanceof NextHopTarget.Mx mx && mx.isOfRecipient()
              ? ofDomains(smtp, mx.port())
              : always(keep(SmtpCarrier.open(List.of(smtp), hostName, lookup)));
      case NextHopConfig.Several several ->
          always(keep(SmtpCarrier.open(several.hops(), hostName, lookup)));
      case NextHopConfig.Maildir maildir ->
          always(keep(MaildirNextHop.open(maildir, hostName, spool)));
    };
  }

  private static Function<Recipient, Carrier> always(Carrier carrier) {
    return recipient -> carrier;
  }

  private <C extends Closeable> C keep(C opened) {
    open.add(opened);
    return opened;
  }

  /** Each domain has connections of its own; those of domains without mail are let go of. */
  private Function<Recipient, Carrier> ofDomains(NextHopConfig.Smtp config, int port)
      throws IOException {
    SmtpCarrier.open(List.of(config), hostName, lookup).close(); // finds out whether files are good
    Cache<String, SmtpCarrier> carriers =
        Caffeine.newBuilder()
            .maximumSize(MOST_DOMAINS)
            .expireAfterAccess(DOMAIN_KEPT)
            .executor(Runnable::run)
            .<String, SmtpCarrier>removalListener((domain, carrier, cause) -> {
              if (carrier != null) {
                carrier.close();
              }
            })
            .build();
    keep(carriers::invalidateAll);
    return recipient ->
        carriers.get(
            RouteConfig.mxDomain(mailbox(recipient)).orElseThrow(),
            domain -> ofDomain(config, domain, port));
  }

  private SmtpCarrier ofDomain(NextHopConfig.Smtp config, String domain, int port) {
    try {
      return SmtpCarrier.openForDomain(config, domain, port, hostName, lookup);
    } catch (IOException e) {
      throw new UncheckedIOException("settings of next hop cannot be read again", e);
    }
  }

  private static Set<RouteClients> clients(MailOrigin origin) {
    Set<RouteClients> clients = EnumSet.noneOf(RouteClients.class);
    if (origin.loggedIn()) {
      clients.add(RouteClients.LOGGED_IN);
    }
    if (origin.trusted()) {
      clients.add(RouteClients.TRUSTED);
    }
    return clients;
  }

  private static boolean isLmtp(NextHopConfig config) {
    return switch (config) {
      case NextHopConfig.Smtp smtp -> smtp.protocol() == NextHopProtocol.LMTP;
      case NextHopConfig.Several several -> several.hops().stream().anyMatch(RoutedNextHop::isLmtp);
      case NextHopConfig.Maildir maildir -> false;
    };
  }

  private static String mailbox(Recipient recipient) {
    return recipient.mailbox().toUtf8String();
  }

  private Way way(Recipient recipient, MailOrigin origin) {
    String mailbox = mailbox(recipient);
    return ways.stream().filter(way -> way.matches(mailbox, origin)).findFirst().orElseThrow();
  }

  @Override
  public Delivery begin(MailParameters mail, DeliveryKind kind) {
    return begin(mail, kind, MailOrigin.GATEWAY);
  }

  @Override
  public Delivery begin(MailParameters mail, MailOrigin origin) {
    return begin(mail, DeliveryKind.MESSAGE, origin);
  }

  private Delivery begin(MailParameters mail, DeliveryKind kind, MailOrigin origin) {
    return new MessageDelivery(
        mail, kind, recipient -> way(recipient, origin).carrier().apply(recipient), ledger);
  }

  @Override
  public boolean takesBounces(Recipient sender) {
    return way(sender, MailOrigin.GATEWAY).takesBounces();
  }

  /** Closes all, whatever happens to one of them. */
  @Override
  public void close() {
    try (ledger) {
      for (Closeable each : open) {
        Afterwards.run("next hop is closed", each::close);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("ledger of deliveries cannot be closed", e);
    }
  }
}
