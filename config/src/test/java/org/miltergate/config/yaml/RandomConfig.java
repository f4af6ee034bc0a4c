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
import org.miltergate.config.PreData;
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
    return new GatewayConfig(
        one("localhost", "mx.example.org", "a-1.b"),
        list(1, i -> listener(i)),
        auth(),
        new ChainConfig(list(0, i -> milter(i)), one(PreData.values())),
        nextHop(),
        new DeliveryConfig(one(RecipientCheck.values()), duration(), (int) size(0, 64 << 20)),
        policy(),
        limits(),
        new LoadConfig(
            random.nextInt(1_000_001),
            random.nextInt(1_000_001),
            duration(),
            random.nextInt(1, 100),
            random.nextInt(1_000_001)),
        rates(),
        new ClientNamesConfig(
            random.nextBoolean(),
            duration(),
            duration(),
            random.nextInt(10_000_001),
            random.nextInt(1, 100_001),
            list(0, i -> new HostPort("192.0.2." + i, 53))),
        new QuarantineConfig(path()),
        macros(),
        one(List.of(), List.of("Bcc"), GatewayConfig.DROPPED),
        one(BareNewlines.values()),
        Optional.of(list(0, i -> network())),
        path(),
        duration(),
        new LogConfig(one(LogLevel.values())));
  }

  private ListenerConfig listener(int i) {
    HostPort address = new HostPort(one("0.0.0.0", "::", "::1", "fe80::1", "a.example"), 1000 + i);
    return ListenerConfig.of(address)
        .with(l ->
            l.name(one("smtp", "null", "on", "12", "0x1", "-"))
                .daemonName(text())
                .maxSessions(random.nextInt(1_000_001))
                .tls(tls())
                .auth(
                    one(canLogIn ? ListenerAuth.REQUIRED : ListenerAuth.OFF, ListenerAuth.OPTIONAL))
                .hideExtensions(extensions())
                .hideExtensionsFor(list(0, j -> new HiddenExtensions(network(), extensions())))
                .proxyProtocol(list(0, j -> network())));
  }

  /** Without a secret: those are printed hidden, and not read back. */
  private TlsServerConfig tls() {
    TlsServerConfig off =
        TlsServerConfig.OFF.with(tls ->
            tls.certificate(file())
                .key(file())
                .moreCertificates(list(0, i -> CertificateConfig.of(path()).withKey(file())))
                .minimumVersion(one(TlsVersion.values()))
                .ciphers(list(0, i -> one("TLS_AES_256_GCM_SHA384", "AES128-SHA")))
                .clientCertificates(one(ClientCertificates.values()))
                .clientCa(file()));
    return off.certificate().isEmpty()
        ? off
        : one(
            off,
            off.with(tls -> tls.mode(TlsMode.IMPLICIT)),
            off.with(tls -> tls.mode(TlsMode.STARTTLS).required(random.nextBoolean())));
  }

  private AuthConfig auth() {
    return new AuthConfig(
        one(List.of(AuthMechanism.values()), List.of(AuthMechanism.SCRAM_SHA_256)),
        canLogIn || random.nextBoolean(),
        List.of(),
        canLogIn ? Optional.of(path()) : file(),
        duration());
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
    return new MilterConfig(
        one("rspamd", "y", "true", "1e5") + i,
        Endpoint.parse(one("inet:[::1]:25", "unix:/run/a b#c.sock", "inet:mx.example:1")),
        duration(),
        duration(),
        duration(),
        duration(),
        one(FailurePolicy.values()),
        one(UnagreedEdits.values()),
        random.nextInt(2, 7),
        random.nextInt(1, 1_000_001),
        size(1, 1L << 40),
        random.nextBoolean());
  }

  private NextHopConfig nextHop() {
    if (random.nextBoolean()) {
      return new NextHopConfig.Maildir(
          Path.of("./var/next " + random.nextInt(9)),
          FileMode.parse(one("0600", "0640", "0644", "0660", "0664")),
          one("", "", "mail", "dove cot"),
          random.nextBoolean());
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
            hop.tls(nextHopTls(plain.tls()))
                .timeouts(timeouts())
                .recipientsPerTransaction(random.nextInt(1, 1_000_001))
                .transactionsPerMessage(random.nextInt(1, 1001))
                .chunking(random.nextBoolean())
                .maxConnections(random.nextInt(1, 10_001))
                .messagesPerConnection(random.nextInt(1, 1_000_001))
                .idleConnections(random.nextInt(10_001))
                .idleTime(duration())
                .priority(random.nextInt(65_536))
                .weight(random.nextInt(1, 65_536))
                .retryAfter(duration()));
  }

  private NextHopTlsConfig nextHopTls(NextHopTlsConfig plain) {
    NextHopTlsConfig tls =
        plain.with(t ->
            t.ca(file())
                .name(one("", "mx.example.org"))
                .minimumVersion(one(TlsVersion.values()))
                .certificate(file()));
    NextHopTlsConfig keyed = tls.certificate().isEmpty() ? tls : tls.with(t -> t.key(file()));
    return plain.level() == TlsLevel.NONE
        ? keyed
        : keyed.with(t -> t.level(one(TlsLevel.ENCRYPT, TlsLevel.VERIFY)));
  }

  private NextHopTimeouts timeouts() {
    return new NextHopTimeouts(
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        duration(),
        duration());
  }

  private PolicyConfig policy() {
    return new PolicyConfig(
        list(0, i -> network()),
        list(0, i -> DomainPattern.parse(one("example.org", ".a.example", "[192.0.2.1]", "1e5"))),
        list(0, i -> refused()),
        list(0, i -> network()),
        list(0, i -> network()),
        one(AddressSyntax.values()));
  }

  private RatesConfig rates() {
    return new RatesConfig(
        duration(),
        rateLimits(),
        rateLimits(),
        random.nextInt(1_000_000_001),
        list(0, i -> network()),
        random.nextInt(1000, 10_000_001));
  }

  private RateLimits rateLimits() {
    int limit = random.nextInt(1_000_000_001);
    return new RateLimits(one(0, limit), one(0, 1), one(0, limit), one(0, 2), one(0, 10, 100));
  }

  private RefusedRecipient refused() {
    RefusedRecipient plain =
        RefusedRecipient.of(
            RecipientPattern.parse(one("a@b.example", "*@b", "root@", ".c", "~@a")));
    return random.nextBoolean()
        ? plain
        : plain.withReply(
            RefusedRecipient.parseReply(one("550 x: y # z", "450 4.2.1 'full' \"${X}\"")));
  }

  private LimitsConfig limits() {
    return LimitsConfig.DEFAULT.with(l ->
        l.maxMessageBytes(size(1024, 1L << 40))
            .maxHeaderBytes((int) size(1024, 64 << 20))
            .maxHeaderFields(random.nextInt(1, 1_000_001))
            .memoryBytes(one(0L, size(1 << 20, 1L << 40)))
            .maxBodyMemoryBytes((int) size(0, 1 << 30))
            .maxLineBytes((int) size(512, 1 << 20))
            .maxPathBytes((int) size(256, 64 << 10))
            .maxArgumentBytes((int) size(256, 64 << 10))
            .maxEnvelopeBytes((int) size(16 << 10, 1 << 30))
            .maxRecipients(random.nextInt(1, 1_000_001))
            .softErrors(random.nextInt(1, 100))
            .greetDelay(one(Duration.ZERO, duration()))
            .maxHops(random.nextInt(1, 10_001))
            .maxOwnHops(random.nextInt(10_001))
            .errorDelay(Duration.ofMillis(random.nextInt(3) * 500L))
            .commandTimeout(duration()));
  }

  private MacroConfig macros() {
    return new MacroConfig(
        text(),
        text(),
        Map.of("{if_name}", text(), "j", text(), one("{true}", "y", "_"), text()),
        Map.of(one(MacroStage.values()), list(0, i -> one("i", "{mail_addr}", "_", "n"))));
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
