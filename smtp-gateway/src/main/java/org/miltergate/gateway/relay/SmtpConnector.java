package org.miltergate.gateway.relay;

import java.io.IOException;
import java.net.InetSocketAddress;
import org.miltergate.config.HostPort;
import org.miltergate.config.NextHopConfig;
import org.miltergate.config.NextHopTarget;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.transport.Dialer;
import org.miltergate.milter.transport.MilterAddress;
import org.miltergate.milter.transport.MilterConnection;
import org.miltergate.milter.transport.SocketConnection;

/**
 * Opens connections to the next hop, up to the point where a transaction can begin. Thread-safe.
 */
final class SmtpConnector {
  private final NextHopConfig.Smtp config;
  private final HostPort target;
  private final String heloName;
  private final Dialer dialer;

  /**
   * @param heloName our own name, for EHLO
   */
  SmtpConnector(NextHopConfig.Smtp config, String heloName, Dialer dialer) {
    if (!heloName.matches("[!-~]+")) {
      throw new IllegalArgumentException(
          "'" + heloName + "' is no name for EHLO, must be a host name or an address in brackets");
    }
    this.config = config;
    if (!(config.target() instanceof NextHopTarget.Host host)) {
      throw new IllegalArgumentException(config.address() + " is no host");
    }
    this.target = host.address();
    this.heloName = heloName;
    this.dialer = dialer;
  }

  /** Dials, reads the greeting, and says EHLO, or HELO where EHLO is not known. */
  SmtpConnection connect(DeliveryDeadline deadline) throws NextHopException {
    SmtpConnection connection = dial(deadline);
    connection.limitTo(deadline);
    try {
      greet(connection);
    } catch (NextHopException e) {
      connection.close();
      throw e;
    }
    return connection;
  }

  private SmtpConnection dial(DeliveryDeadline deadline) throws NextHopException {
    MilterAddress.Inet address = new MilterAddress.Inet(target.host(), target.port());
    try {
      MilterConnection stream = dialer.dial(address, deadline.within(config.timeouts().connect()));
      return new SmtpConnection(stream, relayName(stream), config);
    } catch (IOException e) {
      String text = "connect to " + target + ": " + e.getMessage();
      throw new NextHopException(Kind.UNREACHABLE, "none", text, e);
    }
  }

  private String relayName(MilterConnection stream) throws IOException {
    String address = "unknown";
    if (stream instanceof SocketConnection socket
        && socket.remoteAddress() instanceof InetSocketAddress inet) {
      address = inet.getAddress().getHostAddress();
    }
    return target.host() + "[" + address + "]:" + target.port();
  }

  private void greet(SmtpConnection connection) throws NextHopException {
    requirePositive(connection, SmtpStep.GREETING, connection.read(SmtpStep.GREETING));
    SmtpReply ehlo = connection.exchange(SmtpCommand.of(SmtpStep.EHLO, "EHLO " + heloName));
    if (ehlo.isPositive()) {
      connection.greeted(Extensions.of(ehlo));
    } else {
      SmtpReply helo = connection.exchange(SmtpCommand.of(SmtpStep.HELO, "HELO " + heloName));
      requirePositive(connection, SmtpStep.HELO, helo);
    }
  }

  /**
   * A next hop that greets with 4xx or 5xx is taken for one that is down: it has refused us, not
   * the message, and the client can do nothing about it (Postfix: {@code smtp_skip_5xx_greeting}).
   */
  private static void requirePositive(SmtpConnection connection, SmtpStep step, SmtpReply reply)
      throws NextHopException {
    if (!reply.isPositive()) {
      throw new NextHopException(
          Kind.UNREACHABLE, connection.relay(), connection.said(step, reply));
    }
  }
}
