package org.miltergate.gateway.relay.peer;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.gateway.dns.MxHost;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.dns.MxLookupException;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.relay.smtp.DeliveryDeadline;
import org.miltergate.gateway.relay.smtp.Peer;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.Endpoint;

/** Determines the servers of a next hop, in the order in which to try them. Thread-safe. */
@FunctionalInterface
interface PeerSource {

  /**
   * Returns at least one server.
   *
   * @throws NextHopException if none is known for now
   * @throws MessageRefusedException if it is known that there is none
   */
  List<Peer> find(DeliveryDeadline deadline) throws NextHopException, MessageRefusedException;

  /**
   * Creates the source of the servers of a next hop.
   *
   * @param ownName our own name; mail is not sent to a host of that name, nor to one of lower
   *     preference
   */
  static PeerSource of(NextHopConfig.Smtp config, MxLookup lookup, String ownName) {
    return switch (config.target()) {
      case NextHopTarget.Host host -> {
        Endpoint address = new Endpoint.Inet(host.address().host(), host.address().port());
        List<Peer> peers = List.of(new Peer(host.address().host(), address));
        yield deadline -> peers;
      }
      case NextHopTarget.Unix unix -> {
        Endpoint address = new Endpoint.Unix(unix.path().toAbsolutePath());
        List<Peer> peers = List.of(new Peer(ownName, address));
        yield deadline -> peers;
      }
      case NextHopTarget.Mx mx -> new OfDomain(mx, config.timeouts().connect(), lookup, ownName);
    };
  }

  /** The hosts that the DNS names for a domain. */
  final class OfDomain implements PeerSource {
    private final NextHopTarget.Mx target;
    private final Duration limit;
    private final MxLookup lookup;
    private final String ownName;

    OfDomain(NextHopTarget.Mx target, Duration limit, MxLookup lookup, String ownName) {
      this.target = target;
      this.limit = limit;
      this.lookup = lookup;
      this.ownName = ownName;
    }

    @Override
    public List<Peer> find(DeliveryDeadline deadline)
        throws NextHopException, MessageRefusedException {
      List<MxHost> hosts = withoutUs(lookup(deadline));
      if (hosts.isEmpty()) {
        throw new NextHopException(
            Kind.LOOP, "none", "mail for " + target.domain() + " loops back to myself");
      }
      List<Peer> peers = new ArrayList<>();
      for (MxHost host : hosts) {
        host.addresses()
            .forEach(address ->
                peers.add(
                    new Peer(
                        host.name(), new Endpoint.Inet(address.getHostAddress(), target.port()))));
      }
      return peers;
    }

    private List<MxHost> lookup(DeliveryDeadline deadline)
        throws NextHopException, MessageRefusedException {
      try {
        return lookup.lookup(target.domain(), deadline.within(limit));
      } catch (MxLookupException e) {
        if (e.reason() == MxLookupException.Reason.NULL_MX) {
          throw new MessageRefusedException(
              SmtpReply.of(556, "5.1.10 Next hop does not accept mail"),
              String.valueOf(e.getMessage()));
        }
        // The domain is ours to configure: a mistake there is no reason to refuse mail for good.
        throw new NextHopException(Kind.LOOKUP, "none", String.valueOf(e.getMessage()), e);
      }
    }

    /**
     * Hosts of equal or lower preference than ours would send the mail back (RFC 5321, section
     * 5.1).
     */
    private List<MxHost> withoutUs(List<MxHost> hosts) {
      Optional<MxHost> us =
          hosts.stream().filter(host -> host.name().equalsIgnoreCase(ownName)).findFirst();
      return us.isEmpty()
          ? hosts
          : hosts.stream().filter(host -> host.preference() < us.get().preference()).toList();
    }
  }
}
