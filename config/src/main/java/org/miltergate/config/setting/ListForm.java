package org.miltergate.config.setting;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * A list. Nothing in its place is the empty list, so that all its entries can be made comments.
 *
 * @param element each entry
 * @param identity the setting in which entries must differ
 */
public record ListForm<E>(Form<E> element, Optional<Identity<E>> identity)
    implements Form<List<E>> {

  /**
   * What entries must differ in.
   *
   * @param key the setting's name
   * @param value of an entry; empty if it does not matter
   */
  public record Identity<E>(String key, Function<E, Optional<Object>> value) {}

  public static <E> ListForm<E> of(Form<E> element) {
    return new ListForm<>(element, Optional.empty());
  }

  /** Returns the same form, whose entries must differ in a setting of theirs. */
  public ListForm<E> differingIn(String key, Function<E, Optional<Object>> value) {
    return new ListForm<>(element, Optional.of(new Identity<>(key, value)));
  }

  @Override
  public Optional<List<E>> read(Source source) {
    return switch (source.kind()) {
      case NOTHING -> Optional.of(List.of());
      case LIST -> readItems(source);
      case TEXT, MAPPING -> source.refuse(this);
    };
  }

  private Optional<List<E>> readItems(Source source) {
    List<E> values = new ArrayList<>();
    Map<Object, String> seen = new HashMap<>();
    boolean whole = true;
    for (Source item : source.items()) {
      Optional<E> value = element.read(item);
      value.ifPresent(values::add);
      whole &= value.isPresent() && isNew(value.get(), item, seen);
    }
    return whole ? Optional.of(List.copyOf(values)) : Optional.empty();
  }

  private boolean isNew(E value, Source item, Map<Object, String> seen) {
    if (identity.isEmpty()) {
      return true;
    }
    Identity<E> differing = identity.get();
    Optional<Object> id = differing.value().apply(value);
    String earlier = id.map(i -> seen.putIfAbsent(i, item.path())).orElse(null);
    if (earlier == null) {
      return true;
    }
    item.at(differing.key())
        .problem("'%s' is that of %s already; write another".formatted(id.get(), earlier));
    return false;
  }

  @Override
  public List<E> check(String key, List<E> value) {
    return List.copyOf(value);
  }

  @Override
  public Object tree(List<E> value, Detail detail) {
    List<Object> list = new ArrayList<>(); // a fresh one, or the printer makes it an alias
    value.forEach(entry -> list.add(element.tree(entry, detail)));
    return list;
  }

  @Override
  public List<RecordForm<?>> mappings() {
    return element.mappings();
  }

  @Override
  public String wanted() {
    return "a list, each entry " + element.wanted();
  }
}
