package org.miltergate.config.yaml;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.function.IntFunction;
import org.miltergate.address.Cidr;
import org.miltergate.address.DomainPattern;
import org.miltergate.address.HostPort;
import org.miltergate.config.BareNewlines;
import org.miltergate.config.ChainConfig;
import org.miltergate.config.DeliveryConfig;
import org.miltergate.config.GatewayConfig;
import org.miltergate.config.LogConfig;
import org.miltergate.config.LogLevel;
import org.miltergate.config.MacroConfig;
import org.miltergate.config.MilterConfig;
import org.miltergate.config.QuarantineConfig;
import org.miltergate.config.RecipientCheck;
import org.miltergate.config.auth.AuthConfig;
import org.miltergate.config.auth.AuthMechanism;
import org.miltergate.config.limits.ClientNamesConfig;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.config.limits.LoadConfig;
import org.miltergate.config.limits.RateLimits;
import org.miltergate.config.limits.RatesConfig;
import org.miltergate.config.listener.HiddenExtensions;
import org.miltergate.config.listener.Keywords;
import org.miltergate.config.listener.ListenerAuth;
import org.miltergate.config.listener.ListenerConfig;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.config.policy.PolicyConfig;
import org.miltergate.config.policy.RecipientPattern;
import org.miltergate.config.policy.RefusedRecipient;
import org.miltergate.config.text.FileMode;
import org.miltergate.config.tls.CertificateConfig;
import org.miltergate.config.tls.ClientCertificates;
import org.miltergate.config.tls.TlsMode;
import org.miltergate.config.tls.TlsServerConfig;
import org.miltergate.config.tls.TlsVersion;
import org.miltergate.milter.chain.PreData;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.UnagreedEdits;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.net.Endpoint;

/** Makes settings that are valid, and as odd as can be; the same for the same seed. */
final class RandomConfig {
  private final SplittableRandom random;
  private final boolean canLogIn;

  RandomConfig(long seed) {
    random = new SplittableRandom(seed);
    canLogIn = random.nextBoolean();
  }

  GatewayConfig gateway() {
    return GatewayConfig.DEFAULT.with(all ->
        all.set(GatewayConfig.HOSTNAME, one("localhost", "mx.example.org", "a-1.b"))
            .set(GatewayConfig.LISTENERS, list(1, i -> listener(i)))
            .set(GatewayConfig.AUTH, auth())
            .set(
                GatewayConfig.CHAIN,
                ChainConfig.DEFAULT.with(c ->
                    c.set(ChainConfig.MILTERS, list(0, i -> milter(i)))
                        .set(ChainConfig.PRE_DATA, one(PreData.values()))))
            .set(GatewayConfig.NEXT_HOP, nextHop())
            .set(
                GatewayConfig.DELIVERY,
                DeliveryConfig.DEFAULT.with(c ->
                    c.set(DeliveryConfig.RECIPIENT_CHECK, one(RecipientCheck.values()))
                        .set(DeliveryConfig.RECIPIENT_CHECK_CACHE, duration())
                        .set(DeliveryConfig.BOUNCE_SIZE, (int) size(0, 64 << 20))))
            .set(GatewayConfig.POLICY, policy())
            .set(GatewayConfig.LIMITS, limits())
            .set(
                GatewayConfig.LOAD,
                LoadConfig.DEFAULT.with(c ->
                    c.set(LoadConfig.RESERVED_SESSIONS, random.nextInt(1_000_001))
                        .set(LoadConfig.STRESS_SESSIONS, random.nextInt(1_000_001))
                        .set(LoadConfig.STRESS_TIMEOUT, duration())
                        .set(LoadConfig.STRESS_HARD_ERRORS, random.nextInt(1, 100))
                        .set(LoadConfig.MIN_DATA_RATE, random.nextInt(1_000_001))))
            .set(GatewayConfig.RATES, rates())
            .set(
                GatewayConfig.CLIENT_NAMES,
                ClientNamesConfig.DEFAULT.with(c ->
                    c.set(ClientNamesConfig.LOOKUP, random.nextBoolean())
                        .set(ClientNamesConfig.TIMEOUT, duration())
                        .set(ClientNamesConfig.CACHE_TIME, duration())
                        .set(ClientNamesConfig.CACHE_SIZE, random.nextInt(10_000_001))
                        .set(ClientNamesConfig.CONCURRENT, random.nextInt(1, 100_001))
                        .set(
                            ClientNamesConfig.SERVERS,
                            list(0, i -> new HostPort("192.0.2." + i, 53)))))
            .set(GatewayConfig.QUARANTINE, QuarantineConfig.of(path()))
            .set(GatewayConfig.MACROS, macros())
            .set(GatewayConfig.DROP_HEADERS, one(List.of(), List.of("Bcc"), GatewayConfig.DROPPED))
            .set(GatewayConfig.BARE_NEWLINES, one(BareNewlines.values()))
            .set(GatewayConfig.BARE_NEWLINES_EXCEPT, Optional.of(list(0, i -> network())))
            .set(GatewayConfig.SPOOL_DIRECTORY, path())
            .set(GatewayConfig.SHUTDOWN_TIMEOUT, duration())
            .set(GatewayConfig.LOG, LogConfig.of(one(LogLevel.values()))));
  }

  private ListenerConfig listener(int i) {
    HostPort address = new HostPort(one("0.0.0.0", "::", "::1", "fe80::1", "a.example"), 1000 + i);
    return ListenerConfig.of(address)
        .with(l ->
            l.set(ListenerConfig.NAME, one("smtp", "null", "on", "12", "0x1", "-"))
                .set(ListenerConfig.DAEMON_NAME, text())
                .set(ListenerConfig.SESSIONS, random.nextInt(1_000_001))
                .set(ListenerConfig.TLS, tls())
                .set(
                    ListenerConfig.AUTH,
                    one(canLogIn ? ListenerAuth.REQUIRED : ListenerAuth.OFF, ListenerAuth.OPTIONAL))
                .set(ListenerConfig.HIDE_EXTENSIONS, extensions())
                .set(
                    ListenerConfig.HIDE_EXTENSIONS_FOR,
                    list(0, j -> HiddenExtensions.of(network(), extensions())))
                .set(ListenerConfig.PROXY_PROTOCOL, list(0, j -> network())));
  }

  /** Without a secret: those are printed hidden, and not read back. */
  private TlsServerConfig tls() {
    TlsServerConfig off =
        TlsServerConfig.OFF.with(tls ->
            tls.set(TlsServerConfig.CERTIFICATE, file())
                .set(TlsServerConfig.KEY, file())
                .set(
                    TlsServerConfig.MORE_CERTIFICATES,
                    list(0, i -> CertificateConfig.of(path()).with(CertificateConfig.KEY, file())))
                .set(TlsServerConfig.MINIMUM_VERSION, one(TlsVersion.values()))
                .set(
                    TlsServerConfig.CIPHERS,
                    list(0, i -> one("TLS_AES_256_GCM_SHA384", "AES128-SHA")))
                .set(TlsServerConfig.CLIENT_CERTIFICATES, one(ClientCertificates.values()))
                .set(TlsServerConfig.CLIENT_CA, file()));
    return off.certificate().isEmpty()
        ? off
        : one(
            off,
            off.with(TlsServerConfig.MODE, TlsMode.IMPLICIT),
            off.with(tls ->
                tls.set(TlsServerConfig.MODE, TlsMode.STARTTLS)
                    .set(TlsServerConfig.REQUIRED, random.nextBoolean())));
  }

  private AuthConfig auth() {
    return AuthConfig.DEFAULT.with(c ->
        c.set(
                AuthConfig.MECHANISMS,
                one(List.of(AuthMechanism.values()), List.of(AuthMechanism.SCRAM_SHA_256)))
            .set(AuthConfig.WITHOUT_TLS, canLogIn || random.nextBoolean())
            .set(AuthConfig.USERS, List.of())
            .set(AuthConfig.USERS_FILE, canLogIn ? Optional.of(path()) : file())
            .set(AuthConfig.FAILURE_DELAY, duration()));
  }

  private List<String> extensions() {
    return list(0, i -> one(Keywords.ALL.toArray(String[]::new)));
  }

  private Cidr network() {
    return Cidr.parse(one("10.0.0.0/8", "::/0", "2001:db8::/32", "192.0.2.7"));
  }

  private Optional<Path> file() {
    return random.nextBoolean() ? Optional.empty() : Optional.of(path());
  }

  private MilterConfig milter(int i) {
    return MilterConfig.DEFAULT.with(c ->
        c.set(MilterConfig.NAME, one("rspamd", "y", "true", "1e5") + i)
            .set(
                MilterConfig.ADDRESS,
                Endpoint.parse(one("inet:[::1]:25", "unix:/run/a b#c.sock", "inet:mx.example:1")))
            .set(MilterConfig.CONNECT_TIMEOUT, duration())
            .set(MilterConfig.COMMAND_TIMEOUT, duration())
            .set(MilterConfig.CONTENT_TIMEOUT, duration())
            .set(MilterConfig.END_OF_MESSAGE_TIMEOUT, duration())
            .set(MilterConfig.DEFAULT_ACTION, one(FailurePolicy.values()))
            .set(MilterConfig.UNAGREED_EDITS, one(UnagreedEdits.values()))
            .set(MilterConfig.PROTOCOL, random.nextInt(2, 7))
            .set(MilterConfig.MAX_EDITS, random.nextInt(1, 1_000_001))
            .set(MilterConfig.MAX_EDIT_SIZE, size(1, 1L << 40))
            .set(MilterConfig.PIPELINE, random.nextBoolean()));
  }

  private NextHopConfig nextHop() {
    if (random.nextBoolean()) {
      return NextHopConfig.Maildir.of(Path.of("./var/next " + random.nextInt(9)))
          .with(m ->
              m.set(
                      NextHopConfig.Maildir.MODE,
                      FileMode.parse(one("0600", "0640", "0644", "0660", "0664")))
                  .set(NextHopConfig.Maildir.GROUP, one("", "", "mail", "dove cot"))
                  .set(NextHopConfig.Maildir.CREATE, random.nextBoolean()));
    }
    return random.nextBoolean() ? smtp(0) : new NextHopConfig.Several(list(1, i -> smtp(i)));
  }

  /** Without a login, since a password is printed hidden. */
  private NextHopConfig.Smtp smtp(int i) {
    NextHopConfig.Smtp plain =
        (NextHopConfig.Smtp)
            NextHopConfig.parse(
                one(
                        "smtp://localhost:2",
                        "smtps://[::1]:2",
                        "lmtp://192.0.2.1:6553",
                        "lmtp:unix:/run/a b#",
                        "mx:example.org:2",
                        "mx:example.n")
                    + i);
    return random.nextBoolean()
        ? plain
        : plain.with(hop ->
            hop.set(NextHopConfig.Smtp.TLS, nextHopTls(plain.tls()))
                .set(NextHopConfig.Smtp.TIMEOUTS, timeouts())
                .set(NextHopConfig.Smtp.RECIPIENTS_PER_TRANSACTION, random.nextInt(1, 1_000_001))
                .set(NextHopConfig.Smtp.TRANSACTIONS_PER_MESSAGE, random.nextInt(1, 1001))
                .set(NextHopConfig.Smtp.CHUNKING, random.nextBoolean())
                .set(NextHopConfig.Smtp.MAX_CONNECTIONS, random.nextInt(1, 10_001))
                .set(NextHopConfig.Smtp.MESSAGES_PER_CONNECTION, random.nextInt(1, 1_000_001))
                .set(NextHopConfig.Smtp.IDLE_CONNECTIONS, random.nextInt(10_001))
                .set(NextHopConfig.Smtp.IDLE_TIME, duration())
                .set(NextHopConfig.Smtp.PRIORITY, random.nextInt(65_536))
                .set(NextHopConfig.Smtp.WEIGHT, random.nextInt(1, 65_536))
                .set(NextHopConfig.Smtp.RETRY_AFTER, duration()));
  }

  private NextHopTlsConfig nextHopTls(NextHopTlsConfig plain) {
    NextHopTlsConfig tls =
        plain.with(t ->
            t.set(NextHopTlsConfig.CA, file())
                .set(NextHopTlsConfig.NAME, one("", "mx.example.org"))
                .set(NextHopTlsConfig.MINIMUM_VERSION, one(TlsVersion.values()))
                .set(NextHopTlsConfig.CERTIFICATE, file()));
    NextHopTlsConfig keyed =
        tls.certificate().isEmpty() ? tls : tls.with(NextHopTlsConfig.KEY, file());
    return plain.level() == TlsLevel.NONE
        ? keyed
        : keyed.with(NextHopTlsConfig.LEVEL, one(TlsLevel.ENCRYPT, TlsLevel.VERIFY));
  }

  private NextHopTimeouts timeouts() {
    return NextHopTimeouts.DEFAULT.with(c ->
        c.set(NextHopTimeouts.CONNECT, duration())
            .set(NextHopTimeouts.HELO, duration())
            .set(NextHopTimeouts.STARTTLS, duration())
            .set(NextHopTimeouts.MAIL, duration())
            .set(NextHopTimeouts.RCPT, duration())
            .set(NextHopTimeouts.DATA_INIT, duration())
            .set(NextHopTimeouts.DATA_XFER, duration())
            .set(NextHopTimeouts.DATA_DONE, duration())
            .set(NextHopTimeouts.RSET, duration())
            .set(NextHopTimeouts.DELIVERY, duration()));
  }

  private PolicyConfig policy() {
    return PolicyConfig.DEFAULT.with(c ->
        c.set(PolicyConfig.TRUSTED_NETWORKS, list(0, i -> network()))
            .set(
                PolicyConfig.RELAY_DOMAINS,
                list(
                    0,
                    i ->
                        DomainPattern.parse(
                            one("example.org", ".a.example", "[192.0.2.1]", "1e5"))))
            .set(PolicyConfig.REFUSED_RECIPIENTS, list(0, i -> refused()))
            .set(PolicyConfig.XCLIENT_NETWORKS, list(0, i -> network()))
            .set(PolicyConfig.XFORWARD_NETWORKS, list(0, i -> network()))
            .set(PolicyConfig.ADDRESS_SYNTAX, one(AddressSyntax.values())));
  }

  private RatesConfig rates() {
    return RatesConfig.DEFAULT.with(c ->
        c.set(RatesConfig.PERIOD, duration())
            .set(RatesConfig.CLIENT, rateLimits())
            .set(RatesConfig.NETWORK, rateLimits())
            .set(RatesConfig.ACCOUNT_AUTH_FAILURES, random.nextInt(1_000_000_001))
            .set(RatesConfig.EXCEPT, list(0, i -> network()))
            .set(RatesConfig.TRACKED, random.nextInt(1000, 10_000_001)));
  }

  private RateLimits rateLimits() {
    int limit = random.nextInt(1_000_000_001);
    return RateLimits.NONE.with(c ->
        c.set(RateLimits.CONNECTIONS, one(0, limit))
            .set(RateLimits.MESSAGES, one(0, 1))
            .set(RateLimits.RECIPIENTS, one(0, limit))
            .set(RateLimits.ERRORS, one(0, 2))
            .set(RateLimits.AUTH_FAILURES, one(0, 10, 100)));
  }

  private RefusedRecipient refused() {
    RefusedRecipient plain =
        RefusedRecipient.of(
            RecipientPattern.parse(one("a@b.example", "*@b", "root@", ".c", "~@a")));
    return random.nextBoolean()
        ? plain
        : plain.with(
            RefusedRecipient.REPLY,
            RefusedRecipient.parseReply(one("550 x: y # z", "450 4.2.1 'full' \"${X}\"")));
  }

  private LimitsConfig limits() {
    return LimitsConfig.DEFAULT.with(l ->
        l.set(LimitsConfig.MESSAGE_SIZE, size(1024, 1L << 40))
            .set(LimitsConfig.HEADER_SIZE, (int) size(1024, 64 << 20))
            .set(LimitsConfig.HEADER_FIELDS, random.nextInt(1, 1_000_001))
            .set(LimitsConfig.MEMORY, one(0L, size(1 << 20, 1L << 40)))
            .set(LimitsConfig.BODY_MEMORY, (int) size(0, 1 << 30))
            .set(LimitsConfig.LINE_LENGTH, (int) size(512, 1 << 20))
            .set(LimitsConfig.PATH_LENGTH, (int) size(256, 64 << 10))
            .set(LimitsConfig.ARGUMENTS_LENGTH, (int) size(256, 64 << 10))
            .set(LimitsConfig.ENVELOPE_SIZE, (int) size(16 << 10, 1 << 30))
            .set(LimitsConfig.RECIPIENTS, random.nextInt(1, 1_000_001))
            .set(LimitsConfig.SOFT_ERRORS, random.nextInt(1, 100))
            .set(LimitsConfig.GREET_DELAY, one(Duration.ZERO, duration()))
            .set(LimitsConfig.HOPS, random.nextInt(1, 10_001))
            .set(LimitsConfig.OWN_HOPS, random.nextInt(10_001))
            .set(LimitsConfig.ERROR_DELAY, Duration.ofMillis(random.nextInt(3) * 500L))
            .set(LimitsConfig.COMMAND_TIMEOUT, duration()));
  }

  private MacroConfig macros() {
    return MacroConfig.DEFAULT.with(c ->
        c.set(MacroConfig.V, text())
            .set(MacroConfig.DAEMON_NAME, text())
            .set(
                MacroConfig.DEFAULTS,
                Map.of("{if_name}", text(), "j", text(), one("{true}", "y", "_"), text()))
            .set(
                MacroConfig.STAGES,
                Map.of(one(MacroStage.values()), list(0, i -> one("i", "{mail_addr}", "_", "n")))));
  }

  private Path path() {
    return Path.of(one("./var/x", "/srv/mail", "a: b", "~", "#1", "${X}", "gr\u00fc\u00df", " y "));
  }

  private String text() {
    StringBuilder text = new StringBuilder(one("", "", "null", "- ", "a", "%TAG", "${", "$${A}"));
    for (int i = random.nextInt(6); i > 0; i--) {
      text.append(
          one(":", " ", "#", "'", "\"", "{", "}", "$", "\\", "\u00e4", "x", "\ud83d\ude00"));
    }
    return text.toString();
  }

  private Duration duration() {
    return Duration.ofMillis(
        one(1L, 1000L, 60_000L, 3_600_000L, 86_400_000L) * random.nextInt(1, 29));
  }

  private long size(long least, long most) {
    long any = random.nextLong(least, most + 1);
    return random.nextBoolean() ? any : Math.max(least, any >> 10 << 10);
  }

  private <T> List<T> list(int least, IntFunction<T> entry) {
    List<T> values = new ArrayList<>();
    int count = least + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      values.add(entry.apply(i));
    }
    return values;
  }

  @SafeVarargs
  private <T> T one(T... values) {
    return values[random.nextInt(values.length)];
  }
}
