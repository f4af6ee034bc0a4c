package org.miltergate.config.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Who may send to whom. With the defaults the gateway is no open relay.
 *
 * @param trustedNetworks clients that may send to every recipient; Postfix {@code mynetworks};
 *     default {@code 127.0.0.0/8} and {@code ::1}
 * @param relayDomains domains that everybody may send to; Postfix {@code relay_domains}, but a
 *     domain does not include those below it; default none
 * @param refusedRecipients recipients that nobody may send to, trusted clients neither; the first
 *     that matches gives the reply; default none
 * @param xclientNetworks clients that may say with XCLIENT whom they speak for; Postfix {@code
 *     smtpd_authorized_xclient_hosts}; default none
 * @param xforwardNetworks clients that may say with XFORWARD, for the log alone, where mail comes
 *     from; Postfix {@code smtpd_authorized_xforward_hosts}; default none
 * @param addressSyntax how MAIL and RCPT have to be written; default {@code AS_POSTFIX}
 */
public record PolicyConfig(
    List<Cidr> trustedNetworks,
    List<DomainPattern> relayDomains,
    List<RefusedRecipient> refusedRecipients,
    List<Cidr> xclientNetworks,
    List<Cidr> xforwardNetworks,
    AddressSyntax addressSyntax) {
  public static final PolicyConfig DEFAULT =
      new PolicyConfig(
          List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")),
          List.of(),
          List.of(),
          List.of(),
          List.of(),
          AddressSyntax.AS_POSTFIX);

  public PolicyConfig {
    trustedNetworks = List.copyOf(trustedNetworks);
    relayDomains = List.copyOf(relayDomains);
    refusedRecipients = List.copyOf(refusedRecipients);
    xclientNetworks = List.copyOf(xclientNetworks);
    xforwardNetworks = List.copyOf(xforwardNetworks);
    Objects.requireNonNull(addressSyntax, "addressSyntax");
  }

  /** Tells whether the client may send to every recipient. */
  public boolean isTrusted(InetAddress client) {
    return trustedNetworks.stream().anyMatch(network -> network.matches(client));
  }

  /** Tells whether the client may say XCLIENT. */
  public boolean isXclient(InetAddress client) {
    return xclientNetworks.stream().anyMatch(network -> network.matches(client));
  }

  /** Tells whether the client may say XFORWARD. */
  public boolean isXforward(InetAddress client) {
    return xforwardNetworks.stream().anyMatch(network -> network.matches(client));
  }

  /** Tells whether everybody may send to {@code domain}. */
  public boolean isRelayDomain(String domain) {
    return relayDomains.stream().anyMatch(pattern -> pattern.matches(domain));
  }

  /**
   * Returns the reply to a recipient that nobody may send to; empty for all others.
   *
   * <p>A local part that names a third host ({@code a%b}, {@code b!a}, {@code a@b}) means the
   * mailbox there, too, since some servers send it there; and so on.
   *
   * @param mailbox without angle brackets and quotes
   */
  public Optional<SmtpReply> refusal(String mailbox) {
    if (refusedRecipients.isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<String>> found = RecipientReadings.of(mailbox);
    if (found.isEmpty()) {
      return Optional.of(SmtpReply.of(553, "5.1.3 Address names too many hosts"));
    }
    Set<String> readings = found.get();
    return refusedRecipients.stream()
        .filter(refused -> readings.stream().anyMatch(refused.recipient()::matches))
        .map(RefusedRecipient::reply)
        .findFirst();
  }

  public PolicyConfig withTrustedNetworks(List<Cidr> value) {
    return new PolicyConfig(
        value, relayDomains, refusedRecipients, xclientNetworks, xforwardNetworks, addressSyntax);
  }

  public PolicyConfig withRelayDomains(List<DomainPattern> value) {
    return new PolicyConfig(
        trustedNetworks,
        value,
        refusedRecipients,
        xclientNetworks,
        xforwardNetworks,
        addressSyntax);
  }

  public PolicyConfig withRefusedRecipients(List<RefusedRecipient> value) {
    return new PolicyConfig(
        trustedNetworks, relayDomains, value, xclientNetworks, xforwardNetworks, addressSyntax);
  }

  public PolicyConfig withXclientNetworks(List<Cidr> value) {
    return new PolicyConfig(
        trustedNetworks, relayDomains, refusedRecipients, value, xforwardNetworks, addressSyntax);
  }

  public PolicyConfig withXforwardNetworks(List<Cidr> value) {
    return new PolicyConfig(
        trustedNetworks, relayDomains, refusedRecipients, xclientNetworks, value, addressSyntax);
  }

  public PolicyConfig withAddressSyntax(AddressSyntax value) {
    return new PolicyConfig(
        trustedNetworks, relayDomains, refusedRecipients, xclientNetworks, xforwardNetworks, value);
  }
}
