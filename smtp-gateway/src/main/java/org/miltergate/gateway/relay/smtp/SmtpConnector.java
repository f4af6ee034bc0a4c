package org.miltergate.gateway.relay.smtp;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Locale;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.tls.ClientTls;
import org.miltergate.net.ByteStream;
import org.miltergate.net.Dialer;
import org.miltergate.net.Endpoint;
import org.miltergate.net.SocketStream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to the servers of one next hop, up to the point where a transaction can begin.
 *
 * <p>Thread-safe.
 */
public final class SmtpConnector {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpConnector.class);

  private final NextHopConfig.Smtp config;
  private final ClientTls tls;
  private final String heloName;
  private final Dialer dialer;

  /**
   * Reads what the settings name.
   *
   * @param heloName our own name, for EHLO
   * @throws IOException if a file with certificates cannot be read
   */
  public static SmtpConnector open(NextHopConfig.Smtp config, String heloName, Dialer dialer)
      throws IOException {
    return new SmtpConnector(config, RelayTls.open(config.tls()), heloName, dialer);
  }

  private SmtpConnector(NextHopConfig.Smtp config, ClientTls tls, String heloName, Dialer dialer) {
    if (!heloName.matches("[!-~]+")) {
      throw new IllegalArgumentException(
          "'"
              + heloName
              + "' is not a name for EHLO, must be a host name or an address in brackets");
    }
    this.config = config;
    this.tls = tls;
    this.heloName = heloName;
    this.dialer = dialer;
  }

  /**
   * Dials, reads the greeting, says EHLO or LHLO, begins TLS and logs in, as far as that is wanted.
   *
   * <p>Where TLS may fail, it is tried without on a new connection.
   */
  public SmtpConnection connect(Peer peer, DeliveryDeadline deadline) throws NextHopException {
    if (config.tls().level() != TlsLevel.MAY) {
      return open(peer, deadline, config.tls().level());
    }
    try {
      return open(peer, deadline, TlsLevel.MAY);
    } catch (NextHopException e) {
      boolean withoutTls = e.kind() == Kind.TLS || e.kind() == Kind.NO_TLS;
      if (!withoutTls || deadline.isOver()) {
        throw e;
      }
      LOG.atInfo()
          .addKeyValue("relay", e.relay())
          .addKeyValue("cause", e.getMessage())
          .log("TLS does not work, continuing without it");
      return open(peer, deadline, TlsLevel.NONE);
    }
  }

  private SmtpConnection open(Peer peer, DeliveryDeadline deadline, TlsLevel level)
      throws NextHopException {
    SmtpConnection connection = dial(peer, deadline);
    boolean ready = false;
    try {
      connection.limitTo(deadline);
      Opening opening = new Opening(connection, config, heloName);
      if (config.protocol() == NextHopProtocol.SMTPS) {
        startTls(connection, peer);
      }
      opening.greet();
      if (config.protocol() != NextHopProtocol.SMTPS && opening.askForTls(level)) {
        startTls(connection, peer);
        opening.introduce();
      }
      new SmtpLogin(connection, config).run();
      ready = true;
      return connection;
    } finally {
      if (!ready) {
        connection.close();
      }
    }
  }

  private void startTls(SmtpConnection connection, Peer peer) throws NextHopException {
    connection.startTls(tls, peer.host());
    connection
        .tls()
        .ifPresent(facts -> LOG.info("{}", facts.established("to " + connection.relay())));
  }

  private SmtpConnection dial(Peer peer, DeliveryDeadline deadline) throws NextHopException {
    try {
      ByteStream stream = dialer.dial(peer.address(), deadline.within(config.timeouts().connect()));
      return new SmtpConnection(stream, relayName(peer, stream), config);
    } catch (IOException e) {
      String text = "connect to " + peer + ": " + e.getMessage();
      throw new NextHopException(Kind.UNREACHABLE, "none", text, e);
    }
  }

  /** As in Postfix's log: {@code host[address]:port}, and of a Unix socket {@code host[path]}. */
  private String relayName(Peer peer, ByteStream stream) throws IOException {
    return switch (peer.address()) {
      case Endpoint.Unix unix -> heloName + "[" + unix.path() + "]";
      case Endpoint.Inet inet ->
          stream instanceof SocketStream socket
                  && socket.remoteAddress() instanceof InetSocketAddress remote
              ? String.format(
                  Locale.ROOT,
                  "%s[%s]:%d",
                  peer.host(),
                  remote.getAddress().getHostAddress(),
                  inet.port())
              : String.format(Locale.ROOT, "%s[unknown]:%d", peer.host(), inet.port());
    };
  }
}
