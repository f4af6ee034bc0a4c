package org.miltergate.gateway.relay.smtp;

import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.milter.mail.SmtpReply;

/**
 * The first words on a new connection.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class Opening {
  private final SmtpConnection connection;
  private final NextHopConfig.Smtp config;
  private final String heloName;

  /**
   * @param heloName our own name
   */
  Opening(SmtpConnection connection, NextHopConfig.Smtp config, String heloName) {
    this.connection = connection;
    this.config = config;
    this.heloName = heloName;
  }

  /** Reads the greeting, and introduces us. */
  void greet() throws NextHopException {
    requirePositive(SmtpStep.GREETING, connection.read(SmtpStep.GREETING));
    introduce();
  }

  /** Says EHLO, or HELO where EHLO is not known; in LMTP it is LHLO and nothing else. */
  void introduce() throws NextHopException {
    SmtpStep step = config.protocol() == NextHopProtocol.LMTP ? SmtpStep.LHLO : SmtpStep.EHLO;
    SmtpReply reply = connection.exchange(SmtpCommand.of(step, step.name() + " " + heloName));
    if (reply.isPositive()) {
      connection.greeted(Extensions.of(reply));
    } else if (step == SmtpStep.LHLO) {
      requirePositive(step, reply);
    } else {
      SmtpReply helo = connection.exchange(SmtpCommand.of(SmtpStep.HELO, "HELO " + heloName));
      requirePositive(SmtpStep.HELO, helo);
    }
  }

  /**
   * Sends STARTTLS, as far as that is wanted and offered.
   *
   * @return whether the handshake is next
   * @throws NextHopException of the kind {@link Kind#NO_TLS} if TLS is not to be had; the caller
   *     decides whether it goes without. What was said after the reply, where an attacker can put
   *     it before the handshake, is another kind
   */
  boolean askForTls(TlsLevel level) throws NextHopException {
    if (level == TlsLevel.NONE) {
      return false;
    }
    if (!connection.extensions().startTls()) {
      if (level == TlsLevel.MAY) {
        return false;
      }
      throw new NextHopException(
          Kind.NO_TLS,
          connection.relay(),
          "TLS is required, but was not offered by host " + connection.relay());
    }
    SmtpReply reply = connection.exchange(SmtpCommand.of(SmtpStep.STARTTLS, "STARTTLS"));
    if (!reply.isPositive()) {
      throw new NextHopException(
          Kind.NO_TLS,
          connection.relay(),
          (level == TlsLevel.MAY ? "" : "TLS is required, but ")
              + "host %s refused to start TLS: %s".formatted(connection.relay(), reply));
    }
    if (connection.hasUnreadBytes()) {
      connection.close();
      throw new NextHopException(
          Kind.PROTOCOL,
          connection.relay(),
          "host %s said more than its reply to STARTTLS before the TLS handshake"
              .formatted(connection.relay()));
    }
    return true;
  }

  /**
   * A next hop that greets with 4xx or 5xx is taken for one that is down: it has refused us, not
   * the message, and the client can do nothing about it (Postfix: {@code smtp_skip_5xx_greeting}).
   */
  private void requirePositive(SmtpStep step, SmtpReply reply) throws NextHopException {
    if (!reply.isPositive()) {
      throw new NextHopException(
          Kind.UNREACHABLE, connection.relay(), connection.said(step, reply));
    }
  }
}
