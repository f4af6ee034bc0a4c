package org.miltergate.config.setting;

import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * A mapping whose keys are values, too. Nothing in its place is the empty map.
 *
 * @param wanted completes "write"
 * @param key each key
 * @param value each value
 */
public record MapForm<K, V>(String wanted, TextForm<K> key, Form<V> value)
    implements Form<Map<K, V>> {
  @Override
  public Optional<Map<K, V>> read(Source source) {
    return switch (source.kind()) {
      case NOTHING -> Optional.of(Map.of());
      case MAPPING -> readMembers(source);
      case TEXT, LIST -> source.refuse(this);
    };
  }

  private Optional<Map<K, V>> readMembers(Source source) {
    Map<K, V> values = new HashMap<>();
    boolean whole = true;
    for (Source.Member member : source.members()) {
      Optional<K> name = key.read(member.key());
      Optional<V> entry = value.read(member.value());
      boolean twice = name.isPresent() && values.containsKey(name.get());
      if (twice) {
        member.key().problem("given twice; write it once");
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
