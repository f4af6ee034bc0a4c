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
      case NextHopTarget.Mx mx ->
          new OfDomain(mx, config.timeouts().connect(), lookup, ownName, Origin.SETTINGS);
    };
  }

  /**
   * Makes one for the domain of a recipient.
   *
   * @param ownName as above
   */
  static PeerSource ofRecipient(
      NextHopTarget.Mx target, Duration limit, MxLookup lookup, String ownName) {
    return new OfDomain(target, limit, lookup, ownName, Origin.RECIPIENT);
  }

  /** Who has named a domain. */
  enum Origin {
    /** Whoever runs the gateway: a mistake there is no reason to refuse mail for good. */
    SETTINGS,
    /** Whoever sends the mail, and is to hear of a mistake. */
    RECIPIENT
  }

  /** The hosts that the DNS names for a domain. */
  final class OfDomain implements PeerSource {
    private final NextHopTarget.Mx target;
    private final Duration limit;
    private final MxLookup lookup;
    private final String ownName;
    private final Origin origin;

    OfDomain(
        NextHopTarget.Mx target, Duration limit, MxLookup lookup, String ownName, Origin origin) {
      this.target = target;
      this.limit = limit;
      this.lookup = lookup;
      this.ownName = ownName;
      this.origin = origin;
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
        Optional<SmtpReply> refusal = refusal(e.reason());
        if (refusal.isPresent()) {
          throw new MessageRefusedException(refusal.get(), String.valueOf(e.getMessage()));
        }
        throw new NextHopException(Kind.LOOKUP, "none", String.valueOf(e.getMessage()), e);
      }
    }

    private Optional<SmtpReply> refusal(MxLookupException.Reason reason) {
      return switch (reason) {
        case NULL_MX -> Optional.of(SmtpReply.of(556, "5.1.10 Next hop does not accept mail"));
        case NO_SUCH_DOMAIN -> toSender("5.1.2 Domain of recipient does not exist");
        case NO_ADDRESS -> toSender("5.4.4 Domain of recipient has no mail server");
        case NO_ANSWER -> Optional.empty();
      };
    }

    private Optional<SmtpReply> toSender(String text) {
      return switch (origin) {
        case SETTINGS -> Optional.empty();
        case RECIPIENT -> Optional.of(SmtpReply.of(550, text));
      };
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
