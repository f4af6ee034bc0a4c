package org.miltergate.gateway.admission;

import java.net.InetAddress;
import java.util.Optional;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.smtp.syntax.MailPath;
import org.miltergate.gateway.smtp.syntax.Printable;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Decides which recipients a client may send to, so that the gateway is not an open relay.
 *
 * <p>Clients of the trusted networks, and those that have logged in, may send anywhere; others only
 * to the relay domains, and not through them to a third host ({@code
 * user%example.com@relay.domain}), nor without a domain, which a later server would add. Refused
 * recipients are refused for all clients. Immutable and thread-safe.
 *
 * @see "postfix src/smtpd/smtpd_check.c, reject_unauth_destination"
 */
public final class RelayPolicy {
  private final PolicyConfig config;

  public RelayPolicy(PolicyConfig config) {
    this.config = config;
  }

  /**
   * Returns the reply if {@code client} may not send to {@code recipient}.
   *
   * @param login of the client, if it has logged in
   */
  public Optional<SmtpReply> check(InetAddress client, Optional<Login> login, MailPath recipient) {
    Optional<SmtpReply> refusal = config.refusal(plainMailbox(recipient));
    if (refusal.isPresent()) {
      return refusal;
    }
    boolean permitted =
        recipient.isPostmaster() // RFC 5321 4.5.1
            || login.isPresent()
            || config.isTrusted(client)
            || !recipient.isRouted() && config.isRelayDomain(recipient.domain().toUtf8String());
    return permitted ? Optional.empty() : Optional.of(relayDenied(recipient));
  }

  /** {@code "user"@example.org} is the mailbox user@example.org. */
  private static String plainMailbox(MailPath recipient) {
    String localPart = Mailbox.unquoted(recipient.localPart()).toUtf8String();
    String domain = recipient.domain().toUtf8String();
    return domain.isEmpty() ? localPart : localPart + "@" + domain;
  }

  private static SmtpReply relayDenied(MailPath recipient) {
    return SmtpReply.of(
        554, "5.7.1 <%s>: Relay access denied".formatted(Printable.utf8(recipient.mailbox())));
  }
}
