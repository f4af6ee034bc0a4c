package org.miltergate.config.yaml;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;

/**
 * A mapping whose keys are values, too. Nothing in its place is the empty map.
 *
 * @param wanted completes "write"
 * @param key each key
 * @param value each value
 */
record MapShape<K, V>(String wanted, ScalarShape<K> key, Shape<V> value)
    implements Shape<Map<K, V>> {
  @Override
  public Optional<Map<K, V>> read(Node node, String path, Reading reading) {
    if (Shape.isNothing(node)) {
      return Optional.of(Map.of());
    }
    if (!(node instanceof MappingNode mapping)) {
      return refuse(node, path, reading);
    }
    Map<K, V> values = new HashMap<>();
    boolean whole = true;
    for (NodeTuple tuple : mapping.getValue()) {
      String entryPath = path + "." + RecordShape.text(tuple.getKeyNode());
      Optional<K> name = key.read(tuple.getKeyNode(), entryPath, reading);
      Optional<V> entry = value.read(tuple.getValueNode(), entryPath, reading);
      boolean twice = name.isPresent() && values.containsKey(name.get());
      if (twice) {
        reading.findings().problem(tuple.getKeyNode(), entryPath, "given twice; write it once");
      }
      whole &= name.isPresent() && entry.isPresent() && !twice;
      if (name.isPresent() && entry.isPresent()) {
        values.put(name.get(), entry.get());
      }
    }
    return whole ? Optional.of(Map.copyOf(values)) : Optional.empty();
  }

  @Override
  public Object tree(Map<K, V> map, Detail detail) {
    Map<Object, Object> tree = new LinkedHashMap<>();
    map.forEach((name, entry) -> tree.put(key.tree(name, detail), value.tree(entry, detail)));
    return tree;
  }
}
