package org.miltergate.config;

import static org.miltergate.config.setting.Forms.pause;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.SequencedMap;
import java.util.Set;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.LoadConfig;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopForm;
import org.miltergate.config.nexthop.RouteConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.Forms;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.ListForm;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;

/**
 * All settings of a gateway.
 *
 * <p>{@link #DEFAULT} can be run: it listens on loopback, has no milter, and delivers to a Maildir.
 * Immutable and thread-safe.
 */
public record GatewayConfig(Values<GatewayConfig> values) implements Settings<GatewayConfig> {
  /** Fields that a delivering server adds or that a client should not send, as in Postfix. */
  public static final List<String> DROPPED =
      List.of("Bcc", "Content-Length", "Resent-Bcc", "Return-Path");

  private static final Rows<GatewayConfig> ROWS = new Rows<>();

  /** Own name, in the greeting, in {@code Received:} and as the macro {@code j}. */
  public static final Setting<GatewayConfig, String> HOSTNAME =
      ROWS.add(
              "hostname",
              TextForm.of("a host name, such as mx.example.org", (String text) -> text),
              "localhost")
          .postfix("myhostname")
          .checked(GatewayConfig::requireHostName)
          .means("own name, in the greeting, in Received fields, and as the macro j");

  /** At least one, with different addresses (except for port 0). */
  public static final Setting<GatewayConfig, List<ListenerConfig>> LISTENERS =
      ROWS.add("listeners", ListenerConfig.LIST, List.of(ListenerConfig.DEFAULT))
          .checked(GatewayConfig::requireDifferent)
          .means("the addresses to listen on; at least one");

  public static final Setting<GatewayConfig, AuthConfig> AUTH =
      ROWS.add("auth", RecordForm.of(AuthConfig.DEFAULT), AuthConfig.DEFAULT)
          .means("who may log in");

  public static final Setting<GatewayConfig, ChainConfig> CHAIN =
      ROWS.keep("chain", ChainConfig.DEFAULT);

  static {
    ROWS.include(CHAIN);
  }

  public static final Setting<GatewayConfig, NextHopConfig> NEXT_HOP =
      ROWS.add("next-hop", new NextHopForm(), NextHopConfig.DEFAULT)
          .postfix("relayhost")
          .checked(NextHopConfig::requireFixed)
          .means("where accepted messages go that no route takes");

  /** The first that matches a recipient decides; {@link #NEXT_HOP} if none does. */
  public static final Setting<GatewayConfig, List<RouteConfig>> ROUTES =
      ROWS.add("routes", RouteConfig.LIST, List.of())
          .postfix("transport_maps")
          .means("next hops for some recipients or clients; the first that matches decides");

  public static final Setting<GatewayConfig, DeliveryConfig> DELIVERY =
      ROWS.keep("delivery", DeliveryConfig.DEFAULT);

  static {
    ROWS.include(DELIVERY);
  }

  public static final Setting<GatewayConfig, PolicyConfig> POLICY =
      ROWS.add("policy", RecordForm.of(PolicyConfig.DEFAULT), PolicyConfig.DEFAULT)
          .means("who may send to whom");

  public static final Setting<GatewayConfig, LimitsConfig> LIMITS =
      ROWS.add("limits", RecordForm.of(LimitsConfig.DEFAULT), LimitsConfig.DEFAULT)
          .means("what clients may ask for");

  public static final Setting<GatewayConfig, LoadConfig> LOAD =
      ROWS.add("load", RecordForm.of(LoadConfig.DEFAULT), LoadConfig.DEFAULT)
          .means("who gets a session when there are many");

  public static final Setting<GatewayConfig, RatesConfig> RATES =
      ROWS.add("rates", RecordForm.of(RatesConfig.DEFAULT), RatesConfig.DEFAULT)
          .means("what clients may do in a period of time; 0 is no limit");

  public static final Setting<GatewayConfig, ClientNamesConfig> CLIENT_NAMES =
      ROWS.add("client-names", RecordForm.of(ClientNamesConfig.DEFAULT), ClientNamesConfig.DEFAULT)
          .means("names of clients, from DNS");

  public static final Setting<GatewayConfig, QuarantineConfig> QUARANTINE =
      ROWS.add("quarantine", RecordForm.of(QuarantineConfig.DEFAULT), QuarantineConfig.DEFAULT)
          .means("where quarantined messages are kept");

  public static final Setting<GatewayConfig, MacroConfig> MACROS =
      ROWS.add("macros", RecordForm.of(MacroConfig.DEFAULT), MacroConfig.DEFAULT)
          .means("macros for milters beyond the facts of a session");

  public static final Setting<GatewayConfig, List<String>> DROP_HEADERS =
      ROWS.add(
              "drop-headers",
              ListForm.of(
                  TextForm.of("the name of a header field, such as Bcc", (String text) -> text)),
              DROPPED)
          .postfix("message_drop_headers")
          .checked(Check::fieldNames)
          .means("header fields that are removed before milters see a message");

  public static final Setting<GatewayConfig, BareNewlines> BARE_NEWLINES =
      ROWS.add("bare-newlines", TextForm.ofEnum(BareNewlines.class), BareNewlines.REJECT)
          .postfix("smtpd_forbid_bare_newline")
          .means("what happens to a bare CR or LF in a message");

  /** Empty for the trusted networks of the policy; naming the same counts as that. */
  public static final Setting<GatewayConfig, Optional<List<Cidr>>> BARE_NEWLINES_EXCEPT =
      ROWS.keep("bare-newlines-except", Optional.empty());

  static {
    ROWS.view(
            "bare-newlines-except",
            ListForm.of(Forms.CIDR),
            GatewayConfig::networksOfBareNewlines,
            (config, networks) ->
                config.with(BARE_NEWLINES_EXCEPT, Optional.of(List.copyOf(networks))))
        .postfix("smtpd_forbid_bare_newline_exclusions")
        .means("clients with which \"accept\" holds; by default policy.trusted-networks");
  }

  public static final Setting<GatewayConfig, Path> SPOOL_DIRECTORY =
      ROWS.add("spool-directory", Forms.PATH, Path.of("./var/spool"))
          .means(
              "for bodies that do not fit in body-memory, and for what must be remembered about"
                  + " deliveries; created if it is missing");

  public static final Setting<GatewayConfig, Duration> SHUTDOWN_TIMEOUT =
      ROWS.add("shutdown-timeout", pause(), Duration.ofSeconds(30))
          .means("how long sessions may go on after SIGTERM");

  public static final Setting<GatewayConfig, LogConfig> LOG =
      ROWS.add("log", RecordForm.of(LogConfig.DEFAULT), LogConfig.DEFAULT).means("what is logged");

  public static final GatewayConfig DEFAULT = ROWS.table(GatewayConfig::new).defaults();

  /** The outermost mapping of a document. */
  public static final RecordForm<GatewayConfig> FORM = RecordForm.of(DEFAULT);

  public GatewayConfig {
    List<Cidr> trusted = values.get(POLICY).trustedNetworks();
    if (values.get(BARE_NEWLINES_EXCEPT).filter(trusted::equals).isPresent()) {
      values = values.with(BARE_NEWLINES_EXCEPT, Optional.empty());
    }
  }

  private static String requireHostName(String key, String name) {
    Check.hostName(key, name);
    return name;
  }

  private static List<ListenerConfig> requireDifferent(String key, List<ListenerConfig> listeners) {
    Check.notEmpty(key, listeners);
    Set<HostPort> addresses = new HashSet<>();
    for (ListenerConfig listener : listeners) {
      if (listener.isFixed() && !addresses.add(listener.address())) {
        throw new InvalidSettingException(
            key, "'" + listener.address() + "' occurs twice; write different addresses");
      }
    }
    return listeners;
  }

  public String hostname() {
    return get(HOSTNAME);
  }

  public List<ListenerConfig> listeners() {
    return get(LISTENERS);
  }

  public AuthConfig auth() {
    return get(AUTH);
  }

  public ChainConfig chain() {
    return get(CHAIN);
  }

  public NextHopConfig nextHop() {
    return get(NEXT_HOP);
  }

  public List<RouteConfig> routes() {
    return get(ROUTES);
  }

  /**
   * Returns all next hops by the paths of their settings, such as {@code routes[0].next-hop}: those
   * of the routes in order, then {@code next-hop}.
   */
  public SequencedMap<String, NextHopConfig> nextHops() {
    SequencedMap<String, NextHopConfig> all = new LinkedHashMap<>();
    for (int i = 0; i < routes().size(); i++) {
      all.put("routes[" + i + "].next-hop", routes().get(i).nextHop());
    }
    all.put("next-hop", nextHop());
    return Collections.unmodifiableSequencedMap(all);
  }

  public DeliveryConfig delivery() {
    return get(DELIVERY);
  }

  public PolicyConfig policy() {
    return get(POLICY);
  }

  public LimitsConfig limits() {
    return get(LIMITS);
  }

  public LoadConfig load() {
    return get(LOAD);
  }

  public RatesConfig rates() {
    return get(RATES);
  }

  public ClientNamesConfig clientNames() {
    return get(CLIENT_NAMES);
  }

  public QuarantineConfig quarantine() {
    return get(QUARANTINE);
  }

  public MacroConfig macros() {
    return get(MACROS);
  }

  /** Returns the names of header fields that are removed before milters see a message. */
  public List<String> dropHeaders() {
    return get(DROP_HEADERS);
  }

  /** Returns what happens to a bare CR or LF, except for clients in the networks below. */
  public BareNewlines bareNewlines() {
    return get(BARE_NEWLINES);
  }

  public Path spoolDirectory() {
    return get(SPOOL_DIRECTORY);
  }

  public Duration shutdownTimeout() {
    return get(SHUTDOWN_TIMEOUT);
  }

  public LogConfig log() {
    return get(LOG);
  }

  /** Returns the macro {@code {daemon_name}} for sessions of {@code listener}. */
  public String daemonName(ListenerConfig listener) {
    if (!listener.daemonName().isEmpty()) {
      return listener.daemonName();
    }
    return macros().daemonName().isEmpty() ? hostname() : macros().daemonName();
  }

  /** Returns the networks whose clients may end lines and messages with a bare LF. */
  public List<Cidr> networksOfBareNewlines() {
    return get(BARE_NEWLINES_EXCEPT).orElse(policy().trustedNetworks());
  }

  /** Returns what happens to a bare CR or LF from {@code client}. */
  public BareNewlines bareNewlines(InetAddress client) {
    return Cidr.anyMatches(networksOfBareNewlines(), client) ? BareNewlines.ACCEPT : bareNewlines();
  }
}
