package org.miltergate.gateway.relay;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.InstantSource;
import org.miltergate.config.NextHopConfig;
import org.miltergate.config.NextHopProtocol;
import org.miltergate.config.NextHopTarget;
import org.miltergate.config.TlsLevel;
import org.miltergate.milter.transport.SocketDialer;

/**
 * A next hop that is reached by SMTP.
 *
 * <p>A message goes to all its recipients or to none, as {@link NextHop#deliver} says. There are
 * two ways in which a recipient can still get a message twice, as behind every MTA: the connection
 * breaks between the final dot and its reply, so that it is unknown whether the next hop took it,
 * and the client is told 451 and tries again (RFC 1047); and the process dies before it has told
 * the client what the next hop said.
 */
public final class SmtpNextHop implements NextHop {
  private final Connections connections;
  private final DeliveredLedger ledger;

  private SmtpNextHop(Connections connections, DeliveredLedger ledger) {
    this.connections = connections;
    this.ledger = ledger;
  }

  /**
   * Makes a next hop; does not connect to it yet.
   *
   * @param heloName our own name, for EHLO
   * @param spool directory for what has to be remembered across restarts; made if missing
   * @throws IOException if the directory cannot be used, or another process uses it
   */
  public static SmtpNextHop open(NextHopConfig.Smtp config, String heloName, Path spool)
      throws IOException {
    return open(config, heloName, spool, InstantSource.system());
  }

  static SmtpNextHop open(
      NextHopConfig.Smtp config, String heloName, Path spool, InstantSource clock)
      throws IOException {
    requirePlain(config);
    SmtpConnector connector = new SmtpConnector(config, heloName, new SocketDialer());
    return new SmtpNextHop(new Connections(config, connector), DeliveredLedger.open(spool, clock));
  }

  private static void requirePlain(NextHopConfig.Smtp config) throws IOException {
    if (config.protocol() != NextHopProtocol.SMTP
        || !(config.target() instanceof NextHopTarget.Host)
        || config.tls().level().compareTo(TlsLevel.MAY) > 0
        || !config.username().isEmpty()) {
      throw new IOException("next hop " + config.address() + ": only plain SMTP can be used yet");
    }
  }

  @Override
  public DeliveryResult deliver(OutboundMessage message) {
    return new SmtpDelivery(message, connections, ledger).run();
  }

  @Override
  public RecipientCheck check(MailParameters mail) {
    return new SmtpRecipientCheck(mail, connections, ledger);
  }

  /** Returns how many idle connections are kept now. */
  public int idleConnections() {
    return connections.idleCount();
  }

  @Override
  public void close() {
    connections.close();
    try {
      ledger.close();
    } catch (IOException e) {
      throw new UncheckedIOException("ledger of deliveries cannot be closed", e);
    }
  }
}
