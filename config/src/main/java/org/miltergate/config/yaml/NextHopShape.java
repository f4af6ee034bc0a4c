package org.miltergate.config.yaml;

import java.time.Duration;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.miltergate.config.HostPort;
import org.miltergate.config.NextHopConfig;
import org.miltergate.config.NextHopConfig.Maildir;
import org.miltergate.config.NextHopConfig.Smtp;
import org.miltergate.config.NextHopTimeouts;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/** The next hop: an address, or a mapping with an address and the settings that its kind has. */
final class NextHopShape implements Shape<NextHopConfig> {
  private static final String ADDRESS_KEY = "address";

  private static final ScalarShape<NextHopConfig> ADDRESS =
      new ScalarShape<>(
          "smtp://host:port, smtp://[IPv6 address]:port or maildir:path",
          NextHopConfig::parse,
          NextHopConfig::address);

  private static final RecordShape<Maildir> MAILDIR =
      RecordShape.of(new Maildir(((Maildir) NextHopConfig.DEFAULT).path()))
          .required(ADDRESS_KEY, ADDRESS, hop -> hop, NextHopShape::withPath);

  private static final RecordShape<Smtp> SMTP =
      timeouts(
              RecordShape.of(Smtp.of(new HostPort("localhost", 25)))
                  .required(ADDRESS_KEY, ADDRESS, hop -> hop, NextHopShape::withTarget))
          .key(
              "recipients-per-transaction",
              Scalars.INT,
              Smtp::recipientsPerTransaction,
              Smtp::withRecipientsPerTransaction)
          .key(
              "transactions-per-message",
              Scalars.INT,
              Smtp::transactionsPerMessage,
              Smtp::withTransactionsPerMessage)
          .key("idle-connections", Scalars.INT, Smtp::idleConnections, Smtp::withIdleConnections)
          .key("idle-time", Scalars.DURATION, Smtp::idleTime, Smtp::withIdleTime);

  private static RecordShape<Smtp> timeouts(RecordShape<Smtp> shape) {
    RecordShape<Smtp> more = shape;
    more = timeout(more, "connect", NextHopTimeouts::connect, NextHopTimeouts.Builder::connect);
    more = timeout(more, "helo", NextHopTimeouts::helo, NextHopTimeouts.Builder::helo);
    more = timeout(more, "mail", NextHopTimeouts::mail, NextHopTimeouts.Builder::mail);
    more = timeout(more, "rcpt", NextHopTimeouts::rcpt, NextHopTimeouts.Builder::rcpt);
    more = timeout(more, "data-init", NextHopTimeouts::dataInit, NextHopTimeouts.Builder::dataInit);
    more = timeout(more, "data-xfer", NextHopTimeouts::dataXfer, NextHopTimeouts.Builder::dataXfer);
    more = timeout(more, "data-done", NextHopTimeouts::dataDone, NextHopTimeouts.Builder::dataDone);
    return timeout(more, "rset", NextHopTimeouts::rset, NextHopTimeouts.Builder::rset);
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
        (hop, limit) ->
            hop.withTimeouts(hop.timeouts().with(timeouts -> set.accept(timeouts, limit))));
  }

  private static Maildir withPath(Maildir hop, NextHopConfig address) {
    return address instanceof Maildir maildir ? maildir : hop;
  }

  private static Smtp withTarget(Smtp hop, NextHopConfig address) {
    return address instanceof Smtp smtp ? hop.withTarget(smtp.target()) : hop;
  }

  @Override
  public Optional<NextHopConfig> read(Node node, String path, Reading reading) {
    if (node instanceof ScalarNode && !Shape.isNothing(node)) {
      return ADDRESS.read(node, path, reading);
    }
    if (!(node instanceof MappingNode)) {
      return refuse(node, path, reading);
    }
    // The keys depend on the kind; a wrong address is looked at again, and reported, below.
    Optional<NextHopConfig> address =
        RecordShape.valueOf(node, ADDRESS_KEY)
            .flatMap(value -> ADDRESS.read(value, path + "." + ADDRESS_KEY, reading));
    return address.isPresent() && address.get() instanceof Maildir
        ? MAILDIR.read(node, path, reading).map(hop -> hop)
        : SMTP.read(node, path, reading).map(hop -> hop);
  }

  @Override
  public Object tree(NextHopConfig value, Detail detail) {
    if (detail == Detail.CHANGED && ADDRESS.canWrite(value)) {
      return ADDRESS.tree(value, detail);
    }
    return switch (value) {
      case Smtp smtp -> SMTP.tree(smtp, detail);
      case Maildir maildir -> MAILDIR.tree(maildir, detail);
    };
  }

  @Override
  public String wanted() {
    return ADDRESS.wanted() + ", or a mapping with address";
  }
}
