package org.miltergate.config.yaml;

import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A record that may be written as one piece of text, if all else is as by default.
 *
 * @param text the short form
 * @param record the whole form
 */
record ShortForm<T>(ScalarShape<T> text, RecordShape<T> record) implements Shape<T> {
  @Override
  public Optional<T> read(Node node, String path, Reading reading) {
    return node instanceof ScalarNode && !Shape.isNothing(node)
        ? text.read(node, path, reading)
        : record.read(node, path, reading);
  }

  @Override
  public Object tree(T value, Detail detail) {
    boolean plain = detail == Detail.CHANGED && text.canWrite(value);
    return plain ? text.tree(value, detail) : record.tree(value, detail);
  }

  @Override
  public String wanted() {
    return text.wanted() + ", or " + record.wanted();
  }
}
