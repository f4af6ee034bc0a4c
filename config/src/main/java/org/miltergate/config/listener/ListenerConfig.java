package org.miltergate.config.listener;

import static org.miltergate.config.setting.Forms.number;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.config.tls.TlsServerConfig;

/**
 * An address that SMTP clients connect to.
 *
 * <p>Immutable and thread-safe.
 */
public record ListenerConfig(Values<ListenerConfig> values) implements Settings<ListenerConfig> {
  private static final Rows<ListenerConfig> ROWS = new Rows<>();

  /**
   * Host and port, IPv4 or IPv6; port 0 takes a free one. {@code 0.0.0.0} is every IPv4 address of
   * the machine, {@code ::} every address.
   */
  public static final Setting<ListenerConfig, HostPort> ADDRESS =
      ROWS.add("address", Forms.HOST_PORT, new HostPort("127.0.0.1", 2525)).required().means("");

  public static final Setting<ListenerConfig, String> NAME =
      ROWS.add("name", Forms.LABEL, "smtp").means("shown in logs and metrics");

  public static final Setting<ListenerConfig, String> DAEMON_NAME =
      ROWS.add("daemon-name", Forms.PRINTABLE, "")
          .means("macro {daemon_name} here; empty: that of the section macros");

  public static final Setting<ListenerConfig, TlsServerConfig> TLS =
      ROWS.add("tls", TlsServerConfig.FORM, TlsServerConfig.OFF)
          .means("without this section there is no TLS");

  public static final Setting<ListenerConfig, ListenerAuth> AUTH =
      ROWS.add("auth", TextForm.ofEnum(ListenerAuth.class), ListenerAuth.OPTIONAL)
          .means("off, optional (offered if there are users below), required");

  /** Does not apply to trusted clients. Postfix has the column maxproc of master.cf. */
  public static final Setting<ListenerConfig, Integer> SESSIONS =
      ROWS.add("sessions", number(0, 1_000_000), 0)
          .means("of limits.sessions; 0: all, or 4/5 if there are more listeners");

  /** Of {@link Keywords#ALL}. */
  public static final Setting<ListenerConfig, List<String>> HIDE_EXTENSIONS =
      ROWS.add("hide-extensions", ListForm.of(Keywords.FORM), List.of())
          .postfix("smtpd_discard_ehlo_keywords")
          .checked(Keywords::require)
          .means("PIPELINING, DSN, ...");

  public static final Setting<ListenerConfig, List<HiddenExtensions>> HIDE_EXTENSIONS_FOR =
      ROWS.add("hide-extensions-for", ListForm.of(HiddenExtensions.FORM), List.of())
          .postfix("smtpd_discard_ehlo_keyword_address_maps")
          .means("the first that matches, instead of hide-extensions");

  public static final Setting<ListenerConfig, List<Cidr>> PROXY_PROTOCOL =
      ROWS.add("proxy-protocol", ListForm.of(Forms.CIDR), List.of())
          .postfix("smtpd_upstream_proxy_protocol")
          .means("networks that must begin with a PROXY header, version 1 or 2");

  public static final ListenerConfig DEFAULT = ROWS.table(ListenerConfig::new).defaults();

  /** A list of listeners with different addresses, except for port 0. */
  public static final ListForm<ListenerConfig> LIST =
      ListForm.of(RecordForm.of(DEFAULT))
          .differingIn(
              "address",
              listener -> Optional.<Object>of(listener.address()).filter(a -> listener.isFixed()));

  public ListenerConfig {
    TlsServerConfig tls = values.get(TLS);
    if (tls.isOn() && tls.certificate().isEmpty()) {
      throw new InvalidSettingException("tls", "there is no certificate; write the path of one");
    }
    if (!tls.isOn() && tls.required()) {
      throw new InvalidSettingException(
          "tls", "it is required and off; write mode starttls or implicit");
    }
  }

  public static ListenerConfig of(HostPort address) {
    return DEFAULT.with(ADDRESS, address);
  }

  public HostPort address() {
    return get(ADDRESS);
  }

  public String name() {
    return get(NAME);
  }

  /** Returns the macro {@code {daemon_name}}; empty for that of the gateway. */
  public String daemonName() {
    return get(DAEMON_NAME);
  }

  public TlsServerConfig tls() {
    return get(TLS);
  }

  public ListenerAuth auth() {
    return get(AUTH);
  }

  public int maxSessions() {
    return get(SESSIONS);
  }

  public List<String> hideExtensions() {
    return get(HIDE_EXTENSIONS);
  }

  public List<HiddenExtensions> hideExtensionsFor() {
    return get(HIDE_EXTENSIONS_FOR);
  }

  public List<Cidr> proxyProtocol() {
    return get(PROXY_PROTOCOL);
  }

  /** Returns whether the port is known in advance. */
  public boolean isFixed() {
    return address().port() != 0;
  }

  /** Returns the extensions that are not offered to {@code client}. */
  public List<String> hiddenExtensions(InetAddress client) {
    for (HiddenExtensions hidden : hideExtensionsFor()) {
      if (hidden.network().matches(client)) {
        return hidden.extensions();
      }
    }
    return hideExtensions();
  }

  /** Returns whether {@code peer} must begin with a PROXY header. */
  public boolean isProxy(InetAddress peer) {
    return Cidr.anyMatches(proxyProtocol(), peer);
  }
}
