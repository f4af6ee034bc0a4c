package org.miltergate.config.yaml;

import java.nio.file.Path;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopConfig.Maildir;
import org.miltergate.config.nexthop.NextHopConfig.Several;
import org.miltergate.config.nexthop.NextHopConfig.Smtp;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * The next hop: an address, a mapping with an address and the settings that its kind has, or a list
 * of both.
 */
final class NextHopShape implements Shape<NextHopConfig> {
  private static final RecordShape<Maildir> MAILDIR =
      RecordShape.of((Maildir) NextHopConfig.DEFAULT)
          .required(SmtpSchema.ADDRESS_KEY, Scalars.NEXT_HOP, hop -> hop, NextHopShape::withPath)
          .key("mode", Scalars.FILE_MODE, Maildir::mode, Maildir::withMode)
          .key("group", Scalars.TEXT, Maildir::group, Maildir::withGroup)
          .key("create", Scalars.BOOLEAN, Maildir::create, Maildir::withCreate);

  private static final ListShape<Smtp> SEVERAL =
      ListShape.of(new OneOfSeveral())
          .differingIn(SmtpSchema.ADDRESS_KEY, hop -> Optional.of(hop.address()));

  private static Maildir withPath(Maildir hop, NextHopConfig address) {
    return address instanceof Maildir(Path path, var mode, var group, var create)
        ? new Maildir(path, hop.mode(), hop.group(), hop.create())
        : hop;
  }

  @Override
  public Optional<NextHopConfig> read(Node node, String path, Reading reading) {
    return switch (node) {
      case ScalarNode scalar when !Shape.isNothing(node) ->
          Scalars.NEXT_HOP.read(node, path, reading);
      case MappingNode mapping -> readMapping(node, path, reading);
      case SequenceNode sequence -> SEVERAL.read(node, path, reading).map(Several::new);
      default -> refuse(node, path, reading);
    };
  }

  /** The keys depend on the kind, and so do the defaults. */
  private static Optional<NextHopConfig> readMapping(Node node, String path, Reading reading) {
    // A wrong address is looked at again by the record, and reported once more as the same problem.
    Optional<NextHopConfig> address =
        RecordShape.valueOf(node, SmtpSchema.ADDRESS_KEY)
            .flatMap(value ->
                Scalars.NEXT_HOP.read(value, path + "." + SmtpSchema.ADDRESS_KEY, reading));
    if (address.isPresent() && address.get() instanceof Maildir) {
      return MAILDIR.read(node, path, reading).map(hop -> hop);
    }
    return SmtpSchema.read(node, path, address, reading).map(hop -> hop);
  }

  /** An entry of the list. */
  private static final class OneOfSeveral implements Shape<Smtp> {
    @Override
    public Optional<Smtp> read(Node node, String path, Reading reading) {
      Optional<NextHopConfig> hop =
          switch (node) {
            case ScalarNode scalar when !Shape.isNothing(node) ->
                Scalars.NEXT_HOP.read(node, path, reading);
            case MappingNode mapping -> readMapping(node, path, reading);
            default -> refuse(node, path, reading);
          };
      if (hop.isPresent() && !(hop.get() instanceof Smtp)) {
        reading
            .findings()
            .problem(node, path, "'" + hop.get().address() + "' cannot be one of several");
      }
      return hop.filter(Smtp.class::isInstance).map(Smtp.class::cast);
    }

    @Override
    public Object tree(Smtp value, Detail detail) {
      return oneTree(value, detail);
    }

    @Override
    public String wanted() {
      return "an address, or a mapping with address";
    }
  }

  private static Object oneTree(Smtp value, Detail detail) {
    return detail == Detail.CHANGED && Scalars.NEXT_HOP.canWrite(value)
        ? Scalars.NEXT_HOP.tree(value, detail)
        : SmtpSchema.tree(value, detail);
  }

  @Override
  public Object tree(NextHopConfig value, Detail detail) {
    return switch (value) {
      case Smtp smtp -> oneTree(smtp, detail);
      case Several several -> SEVERAL.tree(several.hops(), detail);
      case Maildir maildir ->
          detail == Detail.CHANGED && Scalars.NEXT_HOP.canWrite(maildir)
              ? Scalars.NEXT_HOP.tree(maildir, detail)
              : MAILDIR.tree(maildir, detail);
    };
  }

  @Override
  public String wanted() {
    return Scalars.NEXT_HOP.wanted() + ", a mapping with address, or a list of such";
  }
}
