package org.miltergate.gateway.relay.delivery;

import java.io.Closeable;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.peer.Connections;
import org.miltergate.gateway.relay.peer.Terms;

/**
 * A next hop that is reached by SMTP or LMTP, or several that stand in for one another.
 *
 * <p>Thread-safe.
 */
public final class SmtpCarrier implements Carrier, Closeable {
  private final Connections connections;

  private SmtpCarrier(Connections connections) {
    this.connections = connections;
  }

  /**
   * Makes one; does not connect yet.
   *
   * @param configs at least one
   * @param heloName our own name, for EHLO
   * @throws IOException if a file with certificates cannot be read
   */
  public static SmtpCarrier open(List<NextHopConfig.Smtp> configs, String heloName, MxLookup lookup)
      throws IOException {
    return new SmtpCarrier(Connections.open(configs, heloName, lookup));
  }

  /**
   * Makes one that sends to the mail exchangers of a domain that a sender named. That there is no
   * such domain, or that it has no host, refuses the recipient for good.
   *
   * @param config all but where it goes
   * @param domain in ASCII
   * @throws IOException as {@link #open}
   */
  public static SmtpCarrier openForDomain(
      NextHopConfig.Smtp config, String domain, int port, String heloName, MxLookup lookup)
      throws IOException {
    return new SmtpCarrier(Connections.openForDomain(config, domain, port, heloName, lookup));
  }

  @Override
  public Leg leg(MailParameters mail, DeliveryKind kind) {
    Set<Terms> terms =
        switch (kind) {
          case MESSAGE -> Set.of();
          case NOTICE -> Set.of(Terms.AT_ONCE); // the message it is about has a connection
        };
    return new SmtpLeg(mail, connections, terms);
  }

  /** Returns how many idle connections are kept now. */
  int idleConnections() {
    return connections.idleCount();
  }

  /** Lets go of idle connections. Deliveries that are under way go on. */
  @Override
  public void close() {
    connections.close();
  }
}
