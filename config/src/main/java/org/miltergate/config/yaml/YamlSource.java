package org.miltergate.config.yaml;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.miltergate.config.setting.Source;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A node of a YAML file that a setting is read from.
 *
 * @param node the node of the setting, or the closest one
 * @param path of the setting
 * @param substitution replaces references to the environment
 * @param findings collects what is wrong
 */
record YamlSource(Node node, String path, Substitution substitution, Findings findings)
    implements Source {
  private static final int MAX_NAME_CHARS = 64;

  @Override
  public Kind kind() {
    return switch (node) {
      case MappingNode mapping -> Kind.MAPPING;
      case SequenceNode list -> Kind.LIST;
      default -> node.getTag().equals(Tag.NULL) ? Kind.NOTHING : Kind.TEXT;
    };
  }

  @Override
  public OptionalInt line() {
    Optional<Mark> mark = node.getStartMark();
    return mark.isPresent() ? OptionalInt.of(mark.get().getLine() + 1) : OptionalInt.empty();
  }

  @Override
  public Optional<Text> text() {
    if (!node.getTag().getValue().startsWith(Tag.PREFIX) && !node.getTag().equals(Tag.ENV_TAG)) {
      // YAML would drop the first word, which may be half of a password.
      problem("YAML reads '%s' as a tag; write it in quotes".formatted(node.getTag()));
      return Optional.empty();
    }
    String raw = ((ScalarNode) node).getValue();
    Substitution.Outcome outcome = substitution.apply(raw);
    outcome.problems().forEach(this::problem);
    return outcome.problems().isEmpty()
        ? Optional.of(new Text(outcome.text(), origin(raw, outcome.text())))
        : Optional.empty();
  }

  private static String origin(String raw, String text) {
    return text.equals(raw) ? "" : " (the file has '" + raw + "')";
  }

  @Override
  public List<Source> items() {
    List<Source> items = new ArrayList<>();
    if (node instanceof SequenceNode list) {
      for (Node item : list.getValue()) {
        items.add(with(item, path + "[" + items.size() + "]"));
      }
    }
    return items;
  }

  @Override
  public List<Member> members() {
    List<Member> members = new ArrayList<>();
    if (node instanceof MappingNode mapping) {
      for (NodeTuple tuple : mapping.getValue()) {
        String name = name(tuple.getKeyNode());
        members.add(
            new Member(
                name,
                with(tuple.getKeyNode(), join(name)),
                with(tuple.getValueNode(), join(name))));
      }
    }
    return members;
  }

  @Override
  public Source at(String key) {
    return with(valueOf(node, key).orElse(node), join(key));
  }

  private YamlSource with(Node other, String otherPath) {
    return new YamlSource(other, otherPath, substitution, findings);
  }

  private String join(String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the text of a key; one that is no text has a stand-in that no key is named. */
  private static String name(Node key) {
    if (!(key instanceof ScalarNode scalar)) {
      return "?";
    }
    String text = scalar.getValue();
    return text.length() > MAX_NAME_CHARS ? text.substring(0, MAX_NAME_CHARS) + "…" : text;
  }

  /** Returns the value node of a key, if {@code node} is a mapping that has it. */
  static Optional<Node> valueOf(Node node, String key) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(tuple -> name(tuple.getKeyNode()).equals(key))
            .map(NodeTuple::getValueNode)
            .findFirst()
        : Optional.empty();
  }

  @Override
  public void problem(String text) {
    findings.problem(node, path, text);
  }

  @Override
  public void warning(String text) {
    findings.warning(node, path, text);
  }
}
