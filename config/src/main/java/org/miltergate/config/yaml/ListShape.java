package org.miltergate.config.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/**
 * A list. Nothing in its place is the empty list, so that all its entries can be made comments.
 *
 * @param wanted completes "write"
 * @param element each entry
 * @param identity the setting in which entries must differ
 */
record ListShape<T>(String wanted, Shape<T> element, Optional<Identity<T>> identity)
    implements Shape<List<T>> {

  /**
   * What entries must differ in.
   *
   * @param key the setting's name
   * @param value of an entry; empty if it does not matter
   */
  record Identity<T>(String key, Function<T, Optional<Object>> value) {}

  static <T> ListShape<T> of(Shape<T> element) {
    return new ListShape<>("a list, each entry " + element.wanted(), element, Optional.empty());
  }

  ListShape<T> differingIn(String key, Function<T, Optional<Object>> value) {
    return new ListShape<>(wanted, element, Optional.of(new Identity<>(key, value)));
  }

  @Override
  public Optional<List<T>> read(Node node, String path, Reading reading) {
    if (Shape.isNothing(node)) {
      return Optional.of(List.of());
    }
    if (!(node instanceof SequenceNode sequence)) {
      return refuse(node, path, reading);
    }
    List<T> values = new ArrayList<>();
    Map<Object, String> seen = new HashMap<>();
    boolean whole = true;
    for (int i = 0; i < sequence.getValue().size(); i++) {
      Node entry = sequence.getValue().get(i);
      String entryPath = path + "[" + i + "]";
      Optional<T> value = element.read(entry, entryPath, reading);
      value.ifPresent(values::add);
      whole &= value.isPresent() && isNew(value.get(), entry, entryPath, seen, reading);
    }
    return whole ? Optional.of(List.copyOf(values)) : Optional.empty();
  }

  private boolean isNew(
      T value, Node entry, String path, Map<Object, String> seen, Reading reading) {
    if (identity.isEmpty()) {
      return true;
    }
    Identity<T> differing = identity.get();
    Optional<Object> id = differing.value().apply(value);
    String earlier = id.map(i -> seen.putIfAbsent(i, path)).orElse(null);
    if (earlier == null) {
      return true;
    }
    reading
        .findings()
        .problem(
            RecordShape.valueOf(entry, differing.key()).orElse(entry),
            path + "." + differing.key(),
            "'%s' is that of %s already; write another".formatted(id.get(), earlier));
    return false;
  }

  @Override
  public Object tree(List<T> value, Detail detail) {
    List<Object> list = new ArrayList<>(); // a fresh one, or the printer makes it an alias
    value.forEach(entry -> list.add(element.tree(entry, detail)));
    return list;
  }
}
