package org.miltergate.config.nexthop;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * Which recipients of which clients go to a next hop of their own.
 *
 * <p>A route matches if each of its conditions does; one that is not there matches everything.
 * Immutable and thread-safe.
 */
public record RouteConfig(Values<RouteConfig> values) implements Settings<RouteConfig> {
  private static final Rows<RouteConfig> ROWS = new Rows<>();

  public static final Setting<RouteConfig, List<RouteRecipient>> RECIPIENTS =
      ROWS.add("recipients", ListForm.of(RouteRecipient.FORM), List.of())
          .postfix("transport_maps")
          .means("a domain, .domain for all below it, or an address; none: all recipients");

  public static final Setting<RouteConfig, List<String>> LISTENERS =
      ROWS.add("listeners", ListForm.of(Forms.LABEL), List.of())
          .postfix("-o of a service in master.cf")
          .means("names of listeners; none: all");

  public static final Setting<RouteConfig, List<RouteClients>> CLIENTS =
      ROWS.add("clients", ListForm.of(TextForm.ofEnum(RouteClients.class)), List.of())
          .postfix("sender_dependent_relayhost_maps, FILTER")
          .means("logged-in, trusted (policy.trusted-networks) or both; none: all");

  /** {@code mx:} matches recipients with a domain only. */
  public static final Setting<RouteConfig, NextHopConfig> NEXT_HOP =
      ROWS.add("next-hop", NextHopForm.ofRoute(), NextHopConfig.DEFAULT)
          .required()
          .postfix("transport_maps")
          .means("as next-hop; mx: alone, the mail exchangers of each recipient's domain");

  private static final RouteConfig ANY = ROWS.table(RouteConfig::new).defaults();

  public static final ListForm<RouteConfig> LIST = ListForm.of(RecordForm.of(ANY));

  /** Makes a route that everything matches. */
  public static RouteConfig to(NextHopConfig nextHop) {
    return ANY.with(NEXT_HOP, nextHop);
  }

  public List<RouteRecipient> recipients() {
    return get(RECIPIENTS);
  }

  public List<String> listeners() {
    return get(LISTENERS);
  }

  public List<RouteClients> clients() {
    return get(CLIENTS);
  }

  public NextHopConfig nextHop() {
    return get(NEXT_HOP);
  }

  /**
   * Returns whether mail of such a client to such a recipient goes this way.
   *
   * @param mailbox without angle brackets and quotes
   * @param listener name of the listener that the client is connected to; empty if there is none
   * @param client what the client is
   */
  public boolean matches(String mailbox, String listener, Set<RouteClients> client) {
    return (clients().isEmpty() || clients().stream().anyMatch(client::contains))
        && (listeners().isEmpty() || listeners().contains(listener))
        && (recipients().isEmpty() || recipients().stream().anyMatch(one -> one.matches(mailbox)))
        && (!goesToMx() || mxDomain(mailbox).isPresent());
  }

  /** Returns whether the next hop is looked up for each recipient. */
  public boolean goesToMx() {
    return nextHop() instanceof NextHopConfig.Smtp smtp
        && smtp.target() instanceof NextHopTarget.Mx mx
        && mx.isOfRecipient();
  }

  /** Returns the domain whose mail exchangers take mail for a mailbox, in lower case and ASCII. */
  public static Optional<String> mxDomain(String mailbox) {
    return RouteRecipient.domainOf(mailbox).filter(domain -> !domain.startsWith("["));
  }
}
