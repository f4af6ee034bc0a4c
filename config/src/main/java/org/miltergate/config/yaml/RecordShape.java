package org.miltergate.config.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.miltergate.config.setting.InvalidSettingException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * A mapping with known keys, made into a record: each key that stands there changes the record that
 * has all defaults. Nothing in its place leaves the defaults.
 *
 * <p>The record itself says which values are allowed, so that no rule stands in two places.
 */
final class RecordShape<T> implements Shape<T> {
  private final T defaults;
  private final Map<String, Key<T, ?>> keys;

  private RecordShape(T defaults, Map<String, Key<T, ?>> keys) {
    this.defaults = defaults;
    this.keys = keys;
  }

  /** Begins a shape that has no key yet. */
  static <T> RecordShape<T> of(T defaults) {
    return new RecordShape<>(defaults, Map.of());
  }

  /** Adds a key that may be missing. */
  <V> RecordShape<T> key(
      String name, Shape<V> shape, Function<T, V> get, BiFunction<T, V, T> with) {
    return add(new Key<>(name, shape, get, with, Presence.OPTIONAL));
  }

  /** Adds a key that must be there. */
  <V> RecordShape<T> required(
      String name, Shape<V> shape, Function<T, V> get, BiFunction<T, V, T> with) {
    return add(new Key<>(name, shape, get, with, Presence.REQUIRED));
  }

  /** Returns the same keys for a record with other defaults. */
  RecordShape<T> withDefaults(T other) {
    return new RecordShape<>(other, keys);
  }

  private RecordShape<T> add(Key<T, ?> key) {
    Map<String, Key<T, ?>> more = new LinkedHashMap<>(keys);
    more.put(key.name, key);
    return new RecordShape<>(defaults, more);
  }

  private enum Presence {
    OPTIONAL,
    REQUIRED
  }

  private record Key<T, V>(
      String name,
      Shape<V> shape,
      Function<T, V> get,
      BiFunction<T, V, T> with,
      Presence presence) {

    /** Returns the record with the node's value, or empty if that cannot be. */
    Optional<T> apply(T target, Node node, String path, Reading reading) {
      try {
        return shape.read(node, path, reading).map(value -> with.apply(target, value));
      } catch (InvalidSettingException e) {
        reading.findings().problem(node, path, e.reason());
        return Optional.empty();
      }
    }

    boolean isPrinted(T value, T defaults, Detail detail) {
      return detail == Detail.WHOLE
          || presence == Presence.REQUIRED
          || !get.apply(value).equals(get.apply(defaults));
    }

    Object tree(T value, Detail detail) {
      return shape.tree(get.apply(value), detail);
    }
  }

  @Override
  public Optional<T> read(Node node, String path, Reading reading) {
    if (node instanceof MappingNode mapping) {
      return readKeys(node, mapping.getValue(), path, reading);
    }
    return Shape.isNothing(node)
        ? readKeys(node, List.of(), path, reading)
        : refuse(node, path, reading);
  }

  /** Goes on behind a wrong value, so that the rest is looked at as well. */
  private Optional<T> readKeys(Node node, List<NodeTuple> tuples, String path, Reading reading) {
    T result = defaults;
    Map<String, Node> seen = new HashMap<>();
    Set<String> done = new HashSet<>();
    for (NodeTuple tuple : tuples) {
      String name = text(tuple.getKeyNode());
      Optional<Key<T, ?>> key = accept(tuple.getKeyNode(), name, seen, path, reading);
      if (key.isPresent()) {
        Optional<T> changed =
            key.get().apply(result, tuple.getValueNode(), join(path, name), reading);
        changed.ifPresent(value -> done.add(name));
        result = changed.orElse(result);
      }
    }
    boolean complete = true;
    for (Key<T, ?> key : keys.values()) {
      if (key.presence == Presence.REQUIRED) {
        complete &= done.contains(key.name);
        if (!seen.containsKey(key.name)) {
          reading
              .findings()
              .problem(node, join(path, key.name), "is missing; write " + key.shape.wanted());
        }
      }
    }
    return complete ? Optional.of(result) : Optional.empty();
  }

  private Optional<Key<T, ?>> accept(
      Node node, String name, Map<String, Node> seen, String path, Reading reading) {
    Key<T, ?> key = keys.get(name);
    if (key == null) {
      String suggestion = Suggestion.suffix(name, keys.keySet());
      String known = "; known here: " + String.join(", ", keys.keySet());
      reading
          .findings()
          .problem(
              node, join(path, name), "unknown key" + (suggestion.isEmpty() ? known : suggestion));
      return Optional.empty();
    }
    Node first = seen.putIfAbsent(name, node);
    if (first != null) {
      String line =
          first.getStartMark().map(mark -> ", first in line " + (mark.getLine() + 1)).orElse("");
      reading.findings().problem(node, join(path, name), "given twice" + line + "; write it once");
      return Optional.empty();
    }
    return Optional.of(key);
  }

  private static String join(String path, String name) {
    return path.isEmpty() ? name : path + "." + name;
  }

  /** Returns the text of a key; what is no text has a stand-in that no key is named. */
  static String text(Node key) {
    if (!(key instanceof ScalarNode scalar)) {
      return "?";
    }
    String text = scalar.getValue();
    return text.length() > 64 ? text.substring(0, 64) + "…" : text;
  }

  /** Returns the value node of a key, if {@code node} is a mapping that has it. */
  static Optional<Node> valueOf(Node node, String name) {
    return node instanceof MappingNode mapping
        ? mapping.getValue().stream()
            .filter(tuple -> text(tuple.getKeyNode()).equals(name))
            .map(NodeTuple::getValueNode)
            .findFirst()
        : Optional.empty();
  }

  @Override
  public Map<String, Object> tree(T value, Detail detail) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Key<T, ?> key : keys.values()) {
      if (key.isPrinted(value, defaults, detail)) {
        tree.put(key.name, key.tree(value, detail));
      }
    }
    return tree;
  }

  @Override
  public String wanted() {
    List<String> required = new ArrayList<>();
    for (Key<T, ?> key : keys.values()) {
      if (key.presence == Presence.REQUIRED) {
        required.add(key.name);
      }
    }
    return required.isEmpty()
        ? "a mapping, such as '" + keys.keySet().iterator().next() + ": …' on a line of its own"
        : "a mapping with " + String.join(" and ", required);
  }
}
