package org.miltergate.config;

import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import org.miltergate.address.Cidr;
import org.miltergate.address.HostPort;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.LoadConfig;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.setting.Check;
import org.miltergate.config.setting.InvalidSettingException;

/**
 * All settings of a gateway.
 *
 * <p>Immutable and thread-safe. {@link #DEFAULT} works as it is: it listens on loopback, has no
 * milter, and delivers to a Maildir.
 *
 * @param hostname own name, in the greeting, in {@code Received:} and as the macro {@code j};
 *     Postfix {@code myhostname}; default {@code localhost}
 * @param listeners at least one, with different addresses (but for port 0)
 * @param auth who may log in
 * @param chain the milters
 * @param nextHop where accepted messages go
 * @param delivery how recipients are answered for
 * @param policy who may send to whom
 * @param limits what clients may ask for
 * @param load who gets a session when there are many
 * @param rates what clients may do in a period of time
 * @param clientNames how clients get their names
 * @param quarantine where held messages are kept
 * @param macros what milters are told beyond the facts of a session
 * @param dropHeaders names of header fields that are left out before milters see a message; Postfix
 *     {@code message_drop_headers}; default {@link #DROPPED}
 * @param bareNewlines what becomes of a lone CR or LF; Postfix {@code smtpd_forbid_bare_newline};
 *     default {@code REJECT}
 * @param bareNewlinesExcept networks of which {@code ACCEPT} holds instead; Postfix {@code
 *     smtpd_forbid_bare_newline_exclusions}; empty (the default) for the trusted ones of the
 *     policy, as which naming the same counts
 * @param spoolDirectory for bodies that do not fit in memory, and for what has to be remembered of
 *     deliveries; made if it is missing; a relative path is relative to the working directory;
 *     default {@code ./var/spool}
 * @param shutdownTimeout how long sessions may go on after SIGTERM; 0 for not at all; default 30 s
 * @param log what is logged
 */
public record GatewayConfig(
    String hostname,
    List<ListenerConfig> listeners,
    AuthConfig auth,
    ChainConfig chain,
    NextHopConfig nextHop,
    DeliveryConfig delivery,
    PolicyConfig policy,
    LimitsConfig limits,
    LoadConfig load,
    RatesConfig rates,
    ClientNamesConfig clientNames,
    QuarantineConfig quarantine,
    MacroConfig macros,
    List<String> dropHeaders,
    BareNewlines bareNewlines,
    Optional<List<Cidr>> bareNewlinesExcept,
    Path spoolDirectory,
    Duration shutdownTimeout,
    LogConfig log) {
  /** What a server that delivers would add or a client should not have sent, as in Postfix. */
  public static final List<String> DROPPED =
      List.of("Bcc", "Content-Length", "Resent-Bcc", "Return-Path");

  public static final GatewayConfig DEFAULT =
      new GatewayConfig(
          "localhost",
          List.of(ListenerConfig.DEFAULT),
          AuthConfig.DEFAULT,
          ChainConfig.DEFAULT,
          NextHopConfig.DEFAULT,
          DeliveryConfig.DEFAULT,
          PolicyConfig.DEFAULT,
          LimitsConfig.DEFAULT,
          LoadConfig.DEFAULT,
          RatesConfig.DEFAULT,
          ClientNamesConfig.DEFAULT,
          QuarantineConfig.DEFAULT,
          MacroConfig.DEFAULT,
          DROPPED,
          BareNewlines.REJECT,
          Optional.empty(),
          Path.of("./var/spool"),
          Duration.ofSeconds(30),
          LogConfig.DEFAULT);

  public GatewayConfig {
    Check.hostName("hostname", hostname);
    listeners = Check.notEmpty("listeners", listeners);
    requireDifferent(listeners);
    Objects.requireNonNull(auth, "auth");
    Objects.requireNonNull(chain, "chain");
    Objects.requireNonNull(nextHop, "nextHop");
    Objects.requireNonNull(delivery, "delivery");
    Objects.requireNonNull(policy, "policy");
    Objects.requireNonNull(limits, "limits");
    Objects.requireNonNull(load, "load");
    Objects.requireNonNull(rates, "rates");
    Objects.requireNonNull(clientNames, "clientNames");
    Objects.requireNonNull(quarantine, "quarantine");
    Objects.requireNonNull(macros, "macros");
    dropHeaders = Check.fieldNames("drop-headers", dropHeaders);
    Objects.requireNonNull(bareNewlines, "bareNewlines");
    List<Cidr> trusted = policy.trustedNetworks();
    bareNewlinesExcept =
        bareNewlinesExcept
            .<List<Cidr>>map(List::copyOf)
            .filter(networks -> !networks.equals(trusted));
    Objects.requireNonNull(spoolDirectory, "spoolDirectory");
    Check.pause("shutdown-timeout", shutdownTimeout);
    Objects.requireNonNull(log, "log");
  }

  private static void requireDifferent(List<ListenerConfig> listeners) {
    Set<HostPort> addresses = new HashSet<>();
    for (ListenerConfig listener : listeners) {
      if (listener.address().port() != 0 && !addresses.add(listener.address())) {
        throw new InvalidSettingException(
            "listeners",
            "'" + listener.address() + "' is listened at twice; write different addresses");
      }
    }
  }

  /** Returns the macro {@code {daemon_name}} for sessions of {@code listener}. */
  public String daemonName(ListenerConfig listener) {
    if (!listener.daemonName().isEmpty()) {
      return listener.daemonName();
    }
    return macros.daemonName().isEmpty() ? hostname : macros.daemonName();
  }

  /** Returns the networks whose clients may end lines and messages with LF alone. */
  public List<Cidr> networksOfBareNewlines() {
    return bareNewlinesExcept.orElse(policy.trustedNetworks());
  }

  /** Returns what becomes of a lone CR or LF from {@code client}. */
  public BareNewlines bareNewlines(InetAddress client) {
    return networksOfBareNewlines().stream().anyMatch(network -> network.matches(client))
        ? BareNewlines.ACCEPT
        : bareNewlines;
  }

  /** Returns the same settings, but for what {@code change} sets. */
  public GatewayConfig with(Consumer<Builder> change) {
    Builder builder = new Builder(this);
    change.accept(builder);
    return builder.build();
  }

  /** Collects the settings; confined. */
  public static final class Builder {
    private String hostname;
    private List<ListenerConfig> listeners;
    private AuthConfig auth;
    private ChainConfig chain;
    private NextHopConfig nextHop;
    private DeliveryConfig delivery;
    private PolicyConfig policy;
    private LimitsConfig limits;
    private LoadConfig load;
    private RatesConfig rates;
    private ClientNamesConfig clientNames;
    private QuarantineConfig quarantine;
    private MacroConfig macros;
    private List<String> dropHeaders;
    private BareNewlines bareNewlines;
    private Optional<List<Cidr>> bareNewlinesExcept;
    private Path spoolDirectory;
    private Duration shutdownTimeout;
    private LogConfig log;

    private Builder(GatewayConfig from) {
      hostname = from.hostname;
      listeners = from.listeners;
      auth = from.auth;
      chain = from.chain;
      nextHop = from.nextHop;
      delivery = from.delivery;
      policy = from.policy;
      limits = from.limits;
      load = from.load;
      rates = from.rates;
      clientNames = from.clientNames;
      quarantine = from.quarantine;
      macros = from.macros;
      dropHeaders = from.dropHeaders;
      bareNewlines = from.bareNewlines;
      bareNewlinesExcept = from.bareNewlinesExcept;
      spoolDirectory = from.spoolDirectory;
      shutdownTimeout = from.shutdownTimeout;
      log = from.log;
    }

    public Builder hostname(String value) {
      hostname = value;
      return this;
    }

    public Builder listeners(List<ListenerConfig> value) {
      listeners = value;
      return this;
    }

    public Builder auth(AuthConfig value) {
      auth = value;
      return this;
    }

    public Builder chain(ChainConfig value) {
      chain = value;
      return this;
    }

    public Builder nextHop(NextHopConfig value) {
      nextHop = value;
      return this;
    }

    public Builder delivery(DeliveryConfig value) {
      delivery = value;
      return this;
    }

    public Builder policy(PolicyConfig value) {
      policy = value;
      return this;
    }

    public Builder limits(LimitsConfig value) {
      limits = value;
      return this;
    }

    public Builder load(LoadConfig value) {
      load = value;
      return this;
    }

    public Builder rates(RatesConfig value) {
      rates = value;
      return this;
    }

    public Builder clientNames(ClientNamesConfig value) {
      clientNames = value;
      return this;
    }

    public Builder quarantine(QuarantineConfig value) {
      quarantine = value;
      return this;
    }

    public Builder macros(MacroConfig value) {
      macros = value;
      return this;
    }

    public Builder dropHeaders(List<String> value) {
      dropHeaders = value;
      return this;
    }

    public Builder bareNewlines(BareNewlines value) {
      bareNewlines = value;
      return this;
    }

    public Builder bareNewlinesExcept(List<Cidr> value) {
      bareNewlinesExcept = Optional.of(value);
      return this;
    }

    public Builder spoolDirectory(Path value) {
      spoolDirectory = value;
      return this;
    }

    public Builder shutdownTimeout(Duration value) {
      shutdownTimeout = value;
      return this;
    }

    public Builder log(LogConfig value) {
      log = value;
      return this;
    }

    private GatewayConfig build() {
      return new GatewayConfig(
          hostname,
          listeners,
          auth,
          chain,
          nextHop,
          delivery,
          policy,
          limits,
          load,
          rates,
          clientNames,
          quarantine,
          macros,
          dropHeaders,
          bareNewlines,
          bareNewlinesExcept,
          spoolDirectory,
          shutdownTimeout,
          log);
    }
  }
}
