package org.miltergate.config.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeType;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * How a type is written in YAML.
 *
 * <p>Immutable and thread-safe.
 */
interface Shape<T> {
  /**
   * Returns the value, or empty if nothing can be made of the node; all that is wrong is reported.
   *
   * @param path of the node, such as {@code chain[0].name}
   */
  Optional<T> read(Node node, String path, Reading reading);

  /** Returns what is printed for the value: text, a number, a list or a map of such. */
  Object tree(T value, Detail detail);

  /** Completes "write". */
  String wanted();

  /** Tells whether the node is what {@code key:} with nothing behind it gives. */
  static boolean isNothing(Node node) {
    return node.getTag().equals(Tag.NULL) && node.getNodeType() == NodeType.SCALAR;
  }

  /** Reports that a node is of the wrong kind. */
  default <V> Optional<V> refuse(Node node, String path, Reading reading) {
    String got =
        switch (node) {
          case MappingNode mapping -> "a mapping";
          case SequenceNode sequence -> "a list";
          default -> isNothing(node) ? "nothing" : "text";
        };
    reading.findings().problem(node, path, got + " stands here; write " + wanted());
    return Optional.empty();
  }
}
