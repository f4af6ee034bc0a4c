package org.miltergate.config.yaml;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.miltergate.address.HostPort;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopConfig.Smtp;
import org.miltergate.config.nexthop.NextHopTarget;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.config.nexthop.NextHopTlsConfig;
import org.miltergate.config.nexthop.TlsLevel;
import org.snakeyaml.engine.v2.nodes.Node;

/** The keys of a next hop that is spoken to by SMTP or LMTP. */
final class SmtpSchema {
  static final String ADDRESS_KEY = "address";

  /** What a mapping without a usable address is read against. */
  private static final Smtp ANY = Smtp.of(new HostPort("localhost", 25));

  /** The address is in the defaults already. */
  private static final RecordShape<Smtp> KEYS =
      limits(
          timeouts(
              login(
                  tls(
                      RecordShape.of(ANY)
                          .required(
                              ADDRESS_KEY, Scalars.NEXT_HOP, hop -> hop, (hop, same) -> hop)))));

  private SmtpSchema() {}

  /** Reads a mapping; what is not set has the default of the kind of {@code address}. */
  static Optional<Smtp> read(
      Node node, String path, Optional<NextHopConfig> address, Reading reading) {
    Smtp defaults = address.filter(Smtp.class::isInstance).map(Smtp.class::cast).orElse(ANY);
    Optional<Smtp> hop = KEYS.withDefaults(defaults).read(node, path, reading);
    hop.ifPresent(smtp -> check(smtp, node, path, reading.findings()));
    return hop;
  }

  private static void check(Smtp hop, Node node, String path, Findings findings) {
    if (!hop.password().isEmpty() && hop.username().isEmpty()) {
      findings.problem(at(node, "password"), path + ".password", "is there without a username");
    }
    if (hop.password().isEmpty() && !hop.username().isEmpty()) {
      findings.problem(at(node, "username"), path + ".username", "is there without a password");
    }
    if (!hop.username().isEmpty() && canBeOverheard(hop)) {
      findings.warning(
          at(node, "tls"), path + ".tls", "the password can be read by everybody in between");
    }
    if (hop.tls().key().isPresent() && hop.tls().certificate().isEmpty()) {
      findings.problem(at(node, "tls-key"), path + ".tls-key", "is there without tls-certificate");
    }
  }

  private static boolean canBeOverheard(Smtp hop) {
    return hop.tls().level() == TlsLevel.NONE
        && switch (hop.target()) {
          case NextHopTarget.Host host -> !CrossChecks.isLoopback(host.address().host());
          case NextHopTarget.Unix unix -> false;
          case NextHopTarget.Mx mx -> true;
        };
  }

  private static Node at(Node node, String key) {
    return RecordShape.valueOf(node, key).orElse(node);
  }

  static Object tree(Smtp hop, Detail detail) {
    return KEYS.withDefaults(Smtp.of(hop.protocol(), hop.target())).tree(hop, detail);
  }

  private static RecordShape<Smtp> tls(RecordShape<Smtp> shape) {
    return shape
        .key(
            "tls",
            ScalarShape.ofEnum(TlsLevel.class),
            hop -> hop.tls().level(),
            tlsSetter(NextHopTlsConfig.Builder::level))
        .key("tls-ca", Scalars.FILE, hop -> hop.tls().ca(), tlsSetter(NextHopTlsConfig.Builder::ca))
        .key(
            "tls-name",
            Scalars.TEXT,
            hop -> hop.tls().name(),
            tlsSetter(NextHopTlsConfig.Builder::name))
        .key(
            "tls-minimum-version",
            Scalars.TLS_VERSION,
            hop -> hop.tls().minimumVersion(),
            tlsSetter(NextHopTlsConfig.Builder::minimumVersion))
        .key(
            "tls-certificate",
            Scalars.FILE,
            hop -> hop.tls().certificate(),
            tlsSetter(NextHopTlsConfig.Builder::certificate))
        .key(
            "tls-key",
            Scalars.FILE,
            hop -> hop.tls().key(),
            tlsSetter(NextHopTlsConfig.Builder::key));
  }

  private static RecordShape<Smtp> login(RecordShape<Smtp> shape) {
    return shape
        .key("username", Scalars.TEXT, Smtp::username, setter(Smtp.Builder::username))
        .key("password", Scalars.SECRET, Smtp::password, setter(Smtp.Builder::password));
  }

  private static RecordShape<Smtp> timeouts(RecordShape<Smtp> shape) {
    RecordShape<Smtp> more = shape;
    more = timeout(more, "connect", NextHopTimeouts::connect, NextHopTimeouts.Builder::connect);
    more = timeout(more, "helo", NextHopTimeouts::helo, NextHopTimeouts.Builder::helo);
    more = timeout(more, "starttls", NextHopTimeouts::starttls, NextHopTimeouts.Builder::starttls);
    more = timeout(more, "mail", NextHopTimeouts::mail, NextHopTimeouts.Builder::mail);
    more = timeout(more, "rcpt", NextHopTimeouts::rcpt, NextHopTimeouts.Builder::rcpt);
    more = timeout(more, "data-init", NextHopTimeouts::dataInit, NextHopTimeouts.Builder::dataInit);
    more = timeout(more, "data-xfer", NextHopTimeouts::dataXfer, NextHopTimeouts.Builder::dataXfer);
    more = timeout(more, "data-done", NextHopTimeouts::dataDone, NextHopTimeouts.Builder::dataDone);
    more = timeout(more, "rset", NextHopTimeouts::rset, NextHopTimeouts.Builder::rset);
    return timeout(more, "delivery", NextHopTimeouts::delivery, NextHopTimeouts.Builder::delivery);
  }

  private static RecordShape<Smtp> timeout(
      RecordShape<Smtp> shape,
      String step,
      Function<NextHopTimeouts, Duration> get,
      BiConsumer<NextHopTimeouts.Builder, Duration> set) {
    return shape.key(
        step + "-timeout",
        Scalars.DURATION,
        hop -> get.apply(hop.timeouts()),
        (hop, limit) -> {
          NextHopTimeouts timeouts = hop.timeouts().with(builder -> set.accept(builder, limit));
          return hop.with(builder -> builder.timeouts(timeouts));
        });
  }

  private static RecordShape<Smtp> limits(RecordShape<Smtp> shape) {
    return shape
        .key(
            "recipients-per-transaction",
            Scalars.INT,
            Smtp::recipientsPerTransaction,
            setter(Smtp.Builder::recipientsPerTransaction))
        .key(
            "transactions-per-message",
            Scalars.INT,
            Smtp::transactionsPerMessage,
            setter(Smtp.Builder::transactionsPerMessage))
        .key("chunking", Scalars.BOOLEAN, Smtp::chunking, setter(Smtp.Builder::chunking))
        .key(
            "max-connections",
            Scalars.INT,
            Smtp::maxConnections,
            setter(Smtp.Builder::maxConnections))
        .key(
            "messages-per-connection",
            Scalars.INT,
            Smtp::messagesPerConnection,
            setter(Smtp.Builder::messagesPerConnection))
        .key(
            "idle-connections",
            Scalars.INT,
            Smtp::idleConnections,
            setter(Smtp.Builder::idleConnections))
        .key("idle-time", Scalars.DURATION, Smtp::idleTime, setter(Smtp.Builder::idleTime))
        .key("priority", Scalars.INT, Smtp::priority, setter(Smtp.Builder::priority))
        .key("weight", Scalars.INT, Smtp::weight, setter(Smtp.Builder::weight))
        .key("retry-after", Scalars.DURATION, Smtp::retryAfter, setter(Smtp.Builder::retryAfter));
  }

  private static <V> BiFunction<Smtp, V, Smtp> setter(BiConsumer<Smtp.Builder, V> set) {
    return (hop, value) -> hop.with(builder -> set.accept(builder, value));
  }

  private static <V> BiFunction<Smtp, V, Smtp> tlsSetter(
      BiConsumer<NextHopTlsConfig.Builder, V> set) {
    return (hop, value) -> {
      NextHopTlsConfig tls = hop.tls().with(builder -> set.accept(builder, value));
      return hop.with(builder -> builder.tls(tls));
    };
  }
}
