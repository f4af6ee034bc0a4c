package org.miltergate.config.policy;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Who may send to whom. With the defaults the gateway is not an open relay.
 *
 * <p>Immutable and thread-safe.
 */
public record PolicyConfig(Values<PolicyConfig> values) implements Settings<PolicyConfig> {
  private static final Rows<PolicyConfig> ROWS = new Rows<>();

  public static final Setting<PolicyConfig, List<Cidr>> TRUSTED_NETWORKS =
      ROWS.add(
              "trusted-networks",
              ListForm.of(Forms.CIDR),
              List.of(Cidr.parse("127.0.0.0/8"), Cidr.parse("::1")))
          .postfix("mynetworks")
          .means("clients that may send to every recipient");

  /** A domain does not include those below it, as Postfix's do. */
  public static final Setting<PolicyConfig, List<DomainPattern>> RELAY_DOMAINS =
      ROWS.add("relay-domains", ListForm.of(Forms.DOMAIN), List.of())
          .postfix("relay_domains")
          .means("domains that everybody may send to");

  public static final Setting<PolicyConfig, List<RefusedRecipient>> REFUSED_RECIPIENTS =
      ROWS.add("refused-recipients", ListForm.of(RefusedRecipient.FORM), List.of())
          .means(
              "recipients that nobody may send to, not even trusted clients; the first that matches"
                  + " gives the reply");

  public static final Setting<PolicyConfig, List<Cidr>> XCLIENT_NETWORKS =
      ROWS.add("xclient-networks", ListForm.of(Forms.CIDR), List.of())
          .postfix("smtpd_authorized_xclient_hosts")
          .means("clients that may state with XCLIENT on whose behalf they connect");

  public static final Setting<PolicyConfig, List<Cidr>> XFORWARD_NETWORKS =
      ROWS.add("xforward-networks", ListForm.of(Forms.CIDR), List.of())
          .postfix("smtpd_authorized_xforward_hosts")
          .means("clients that may state with XFORWARD where mail comes from, for the log only");

  public static final Setting<PolicyConfig, AddressSyntax> ADDRESS_SYNTAX =
      ROWS.add("address-syntax", TextForm.ofEnum(AddressSyntax.class), AddressSyntax.AS_POSTFIX)
          .postfix("strict_rfc821_envelopes")
          .means("the syntax required of MAIL and RCPT");

  public static final PolicyConfig DEFAULT = ROWS.table(PolicyConfig::new).defaults();

  public List<Cidr> trustedNetworks() {
    return get(TRUSTED_NETWORKS);
  }

  public List<DomainPattern> relayDomains() {
    return get(RELAY_DOMAINS);
  }

  public List<RefusedRecipient> refusedRecipients() {
    return get(REFUSED_RECIPIENTS);
  }

  public List<Cidr> xclientNetworks() {
    return get(XCLIENT_NETWORKS);
  }

  public List<Cidr> xforwardNetworks() {
    return get(XFORWARD_NETWORKS);
  }

  public AddressSyntax addressSyntax() {
    return get(ADDRESS_SYNTAX);
  }

  /** Returns whether the client may send to every recipient. */
  public boolean isTrusted(InetAddress client) {
    return Cidr.anyMatches(trustedNetworks(), client);
  }

  /** Returns whether the client may use XCLIENT. */
  public boolean isXclient(InetAddress client) {
    return Cidr.anyMatches(xclientNetworks(), client);
  }

  /** Returns whether the client may use XFORWARD. */
  public boolean isXforward(InetAddress client) {
    return Cidr.anyMatches(xforwardNetworks(), client);
  }

  /** Returns whether everybody may send to {@code domain}. */
  public boolean isRelayDomain(String domain) {
    return relayDomains().stream().anyMatch(pattern -> pattern.matches(domain));
  }

  /**
   * Returns the reply to a recipient that nobody may send to; empty for all others.
   *
   * <p>A local part that names a third host ({@code a%b}, {@code b!a}, {@code a@b}) also means the
   * mailbox there, since some servers forward to it; and so on.
   *
   * @param mailbox without angle brackets and quotes
   */
  public Optional<SmtpReply> refusal(String mailbox) {
    if (refusedRecipients().isEmpty()) {
      return Optional.empty();
    }
    Optional<Set<String>> found = RecipientReadings.of(mailbox);
    if (found.isEmpty()) {
      return Optional.of(SmtpReply.of(553, "5.1.3 Address names too many hosts"));
    }
    Set<String> readings = found.get();
    return refusedRecipients().stream()
        .filter(refused -> readings.stream().anyMatch(refused.recipient()::matches))
        .map(RefusedRecipient::reply)
        .findFirst();
  }
}
