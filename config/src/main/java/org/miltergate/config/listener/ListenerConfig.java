package org.miltergate.config.listener;

import java.net.InetAddress;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.tls.TlsServerConfig;

/**
 * An address that SMTP clients connect to.
 *
 * @param address host and port, IPv4 or IPv6; port 0 takes a free one. {@code 0.0.0.0} is every
 *     IPv4 address of the machine, {@code ::} every address
 * @param name shown in logs and metrics; 1 to 64 letters, digits and hyphens; default {@code smtp}
 * @param daemonName the macro {@code {daemon_name}} for sessions of this listener; empty for that
 *     of the section {@code macros}
 * @param tls default {@link TlsServerConfig#OFF}
 * @param auth whether clients log in; default {@code OPTIONAL}
 * @param maxSessions of all sessions, how many this listener may have, except for trusted clients;
 *     0 (the default) for all of them if there is one listener, and for four fifths otherwise; at
 *     most 1,000,000; Postfix the column {@code maxproc} of {@code master.cf}
 * @param hideExtensions of {@link Keywords#ALL}, not offered to clients of this listener; Postfix
 *     {@code smtpd_discard_ehlo_keywords}; default none
 * @param hideExtensionsFor what is hidden from clients of some networks instead; the first network
 *     that matches decides; default none
 * @param proxyProtocol networks whose clients must begin with a PROXY header, version 1 or 2;
 *     Postfix {@code smtpd_upstream_proxy_protocol}; default none
 */
public record ListenerConfig(
    HostPort address,
    String name,
    String daemonName,
    TlsServerConfig tls,
    ListenerAuth auth,
    int maxSessions,
    List<String> hideExtensions,
    List<HiddenExtensions> hideExtensionsFor,
    List<Cidr> proxyProtocol) {
  public static final ListenerConfig DEFAULT = of(new HostPort("127.0.0.1", 2525));

  public ListenerConfig {
    Objects.requireNonNull(address, "address");
    Check.label("name", name);
    Check.printable("daemon-name", daemonName);
    Objects.requireNonNull(auth, "auth");
    Check.range("sessions", maxSessions, 0, 1_000_000);
    hideExtensions = Keywords.require("hide-extensions", hideExtensions);
    hideExtensionsFor = List.copyOf(hideExtensionsFor);
    proxyProtocol = List.copyOf(proxyProtocol);
    if (tls.isOn() && tls.certificate().isEmpty()) {
      throw new InvalidSettingException("tls", "there is no certificate; write the path of one");
    }
    if (!tls.isOn() && tls.required()) {
      throw new InvalidSettingException(
          "tls", "it is required and off; write mode starttls or implicit");
    }
  }

  public static ListenerConfig of(HostPort address) {
    return new ListenerConfig(
        address,
        "smtp",
        "",
        TlsServerConfig.OFF,
        ListenerAuth.OPTIONAL,
        0,
        List.of(),
        List.of(),
        List.of());
  }

  /** Returns the extensions that are not offered to {@code client}. */
  public List<String> hiddenExtensions(InetAddress client) {
    for (HiddenExtensions hidden : hideExtensionsFor) {
      if (hidden.network().matches(client)) {
        return hidden.extensions();
      }
    }
    return hideExtensions;
  }

  /** Tells whether {@code peer} must begin with a PROXY header. */
  public boolean isProxy(InetAddress peer) {
    return proxyProtocol.stream().anyMatch(network -> network.matches(peer));
  }

  /** Returns the same settings, but for what {@code change} sets. */
  public ListenerConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the settings; confined. */
  public static final class Builder {
    private HostPort address;
    private String name;
    private String daemonName;
    private TlsServerConfig tls;
    private ListenerAuth auth;
    private int maxSessions;
    private List<String> hideExtensions;
    private List<HiddenExtensions> hideExtensionsFor;
    private List<Cidr> proxyProtocol;

    private Builder(ListenerConfig from) {
      address = from.address;
      name = from.name;
      daemonName = from.daemonName;
      tls = from.tls;
      auth = from.auth;
      maxSessions = from.maxSessions;
      hideExtensions = from.hideExtensions;
      hideExtensionsFor = from.hideExtensionsFor;
      proxyProtocol = from.proxyProtocol;
    }

    public Builder address(HostPort value) {
      address = value;
      return this;
    }

    public Builder name(String value) {
      name = value;
      return this;
    }

    public Builder daemonName(String value) {
      daemonName = value;
      return this;
    }

    public Builder tls(TlsServerConfig value) {
      tls = value;
      return this;
    }

    public Builder auth(ListenerAuth value) {
      auth = value;
      return this;
    }

    public Builder maxSessions(int value) {
      maxSessions = value;
      return this;
    }

    public Builder hideExtensions(List<String> value) {
      hideExtensions = value;
      return this;
    }

    public Builder hideExtensionsFor(List<HiddenExtensions> value) {
      hideExtensionsFor = value;
      return this;
    }

    public Builder proxyProtocol(List<Cidr> value) {
      proxyProtocol = value;
      return this;
    }

    private ListenerConfig build() {
      return new ListenerConfig(
          address,
          name,
          daemonName,
          tls,
          auth,
          maxSessions,
          hideExtensions,
          hideExtensionsFor,
          proxyProtocol);
    }
  }
}
