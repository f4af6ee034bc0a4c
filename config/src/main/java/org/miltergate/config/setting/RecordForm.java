package org.miltergate.config.setting;

import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * A mapping with the keys of a table: each key that is there changes the record that has all
 * defaults. Nothing in its place leaves the defaults.
 *
 * @param <S> the record of settings
 */
public final class RecordForm<S extends Settings<S>> implements Form<S> {
  private final S defaults;
  private final Map<String, Key<S, ?>> keys;

  private RecordForm(S defaults) {
    this.defaults = defaults;
    this.keys =
        defaults.values().table().keys().stream()
            .collect(
                Collectors.toMap(
                    Key::name, Function.identity(), (one, other) -> one, LinkedHashMap::new));
  }

  /** Creates a form of the records that have the same table as {@code defaults}. */
  public static <S extends Settings<S>> RecordForm<S> of(S defaults) {
    return new RecordForm<>(defaults);
  }

  /** Returns what stands where a document says nothing. */
  public S defaults() {
    return defaults;
  }

  /** Returns what the mapping may hold, in the order in which it is printed. */
  public List<Key<S, ?>> keys() {
    return List.copyOf(keys.values());
  }

  @Override
  public Optional<S> read(Source source) {
    return switch (source.kind()) {
      case NOTHING, MAPPING -> readKeys(source);
      case TEXT, LIST -> source.refuse(this);
    };
  }

  /** Goes on after a wrong value, so that the rest is checked as well. */
  private Optional<S> readKeys(Source source) {
    S result = defaults;
    Map<String, Source> seen = new HashMap<>();
    Set<String> done = new HashSet<>();
    for (Source.Member member : source.members()) {
      Optional<Key<S, ?>> key = accept(member, seen);
      if (key.isPresent()) {
        Optional<S> changed = apply(key.get(), result, member.value());
        changed.ifPresent(value -> done.add(member.name()));
        result = changed.orElse(result);
      }
    }
    boolean complete = true;
    for (Key<S, ?> key : required()) {
      complete &= done.contains(key.name());
      if (!seen.containsKey(key.name())) {
        source.at(key.name()).problem("is missing; write " + key.row().form().wanted());
      }
    }
    return complete ? Optional.of(result) : Optional.empty();
  }

  /** Returns the record with the value that the source has, or empty if that cannot be. */
  private static <S, V> Optional<S> apply(Key<S, V> key, S target, Source source) {
    try {
      return key.row().form().read(source).map(value -> key.with().apply(target, value));
    } catch (InvalidSettingException e) {
      source.problem(e.reason());
      return Optional.empty();
    }
  }

  private Optional<Key<S, ?>> accept(Source.Member member, Map<String, Source> seen) {
    Key<S, ?> key = keys.get(member.name());
    if (key == null) {
      String suggestion = Suggestion.suffix(member.name(), keys.keySet());
      String known = "; known here: " + String.join(", ", keys.keySet());
      member.key().problem("unknown key" + (suggestion.isEmpty() ? known : suggestion));
      return Optional.empty();
    }
    Source first = seen.putIfAbsent(member.name(), member.key());
    if (first != null) {
      OptionalInt line = first.line();
      String where = line.isPresent() ? ", first in line " + line.getAsInt() : "";
      member.key().problem("given twice" + where + "; write it once");
      return Optional.empty();
    }
    return Optional.of(key);
  }

  private List<Key<S, ?>> required() {
    return keys.values().stream().filter(key -> key.row().isRequired()).toList();
  }

  @Override
  public Map<String, Object> tree(S value, Detail detail) {
    Map<String, Object> tree = new LinkedHashMap<>();
    for (Key<S, ?> key : keys.values()) {
      if (key.isPrinted(value, defaults, detail)) {
        tree.put(key.name(), key.tree(value, detail));
      }
    }
    return tree;
  }

  @Override
  public List<RecordForm<?>> mappings() {
    return List.of(this);
  }

  @Override
  public String wanted() {
    List<String> required = required().stream().<String>map(Key::name).toList();
    return required.isEmpty()
        ? "a mapping, such as '" + keys.keySet().iterator().next() + ": …' on a line of its own"
        : "a mapping with " + String.join(" and ", required);
  }
}
