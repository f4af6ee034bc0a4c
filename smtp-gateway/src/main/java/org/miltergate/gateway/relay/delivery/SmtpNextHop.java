package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.gateway.dns.DnsClient;
import org.miltergate.gateway.dns.MxLookup;
import org.miltergate.gateway.relay.Delivery;
import org.miltergate.gateway.relay.DeliveryKind;
import org.miltergate.gateway.relay.MailParameters;
import org.miltergate.gateway.relay.NextHop;
import org.miltergate.milter.mail.Recipient;

/**
 * A next hop that is reached by SMTP or LMTP, or several that stand in for one another.
 *
 * <p>There are two ways in which a recipient can still get a message twice, as with every MTA: the
 * connection breaks between the final dot and its reply, so that it is unknown whether the next hop
 * took it, and the client is told 451 and tries again (RFC 1047); and the process dies before it
 * has told the client what the next hop said.
 */
public final class SmtpNextHop implements NextHop {
  private static final Duration DNS_TIMEOUT = Duration.ofSeconds(20);

  private final SmtpCarrier carrier;
  private final DeliveredLedger ledger;
  private final boolean takesBounces;

  private SmtpNextHop(SmtpCarrier carrier, DeliveredLedger ledger, boolean takesBounces) {
    this.carrier = carrier;
    this.ledger = ledger;
    this.takesBounces = takesBounces;
  }

  /**
   * Creates a next hop; does not connect to it yet.
   *
   * @param heloName our own name, for EHLO
   * @param spool directory for what has to be remembered across restarts; created if missing
   * @throws IOException if the directory cannot be used, or another process uses it, or a file with
   *     certificates cannot be read
   */
  public static SmtpNextHop open(NextHopConfig.Smtp config, String heloName, Path spool)
      throws IOException {
    return open(List.of(config), heloName, spool);
  }

  /**
   * Creates one of several next hops that stand in for one another.
   *
   * @param configs at least one
   * @param heloName as {@link #open(NextHopConfig.Smtp, String, Path)}
   * @param spool as there
   * @throws IOException as there
   */
  public static SmtpNextHop open(List<NextHopConfig.Smtp> configs, String heloName, Path spool)
      throws IOException {
    return open(configs, heloName, spool, systemLookup(), InstantSource.system());
  }

  static SmtpNextHop open(
      NextHopConfig.Smtp config, String heloName, Path spool, InstantSource clock)
      throws IOException {
    return open(List.of(config), heloName, spool, systemLookup(), clock);
  }

  private static MxLookup systemLookup() {
    return new MxLookup(new DnsClient(List.of(), DNS_TIMEOUT));
  }

  static SmtpNextHop open(
      List<NextHopConfig.Smtp> configs,
      String heloName,
      Path spool,
      MxLookup lookup,
      InstantSource clock)
      throws IOException {
    SmtpCarrier carrier = SmtpCarrier.open(configs, heloName, lookup);
    return open(configs, carrier, DeliveredLedger.open(spool, clock));
  }

  static SmtpNextHop open(NextHopConfig.Smtp config, String heloName, DeliveredLedger ledger)
      throws IOException {
    List<NextHopConfig.Smtp> configs = List.of(config);
    return open(configs, SmtpCarrier.open(configs, heloName, systemLookup()), ledger);
  }

  private static SmtpNextHop open(
      List<NextHopConfig.Smtp> configs, SmtpCarrier carrier, DeliveredLedger ledger) {
    boolean takesBounces =
        configs.stream().noneMatch(config -> config.protocol() == NextHopProtocol.LMTP);
    return new SmtpNextHop(carrier, ledger, takesBounces);
  }

  @Override
  public Delivery begin(MailParameters mail, DeliveryKind kind) {
    return new MessageDelivery(mail, kind, recipient -> carrier, ledger);
  }

  @Override
  public boolean takesBounces(Recipient sender) {
    return takesBounces;
  }

  /** Returns how many idle connections are kept now. */
  public int idleConnections() {
    return carrier.idleConnections();
  }

  @Override
  public void close() {
    carrier.close();
    try {
      ledger.close();
    } catch (IOException e) {
      throw new UncheckedIOException("ledger of deliveries cannot be closed", e);
    }
  }
}
