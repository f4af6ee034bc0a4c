package org.miltergate.config.setting;

import java.util.List;
import java.util.function.Function;

/**
 * The settings of a record, in the order in which they are printed.
 *
 * <p>Immutable and thread-safe; made by {@link Rows}.
 *
 * @param <S> the record of settings
 */
public final class Table<S extends Settings<S>> {
  private final List<Setting<S, ?>> settings;
  private final List<Key<S, ?>> keys;
  private final Function<Values<S>, S> make;

  Table(List<Setting<S, ?>> settings, List<Key<S, ?>> keys, Function<Values<S>, S> make) {
    this.settings = List.copyOf(settings);
    this.keys = List.copyOf(keys);
    this.make = make;
  }

  List<Setting<S, ?>> settings() {
    return settings;
  }

  /** Returns what a document's mapping may hold. */
  public List<Key<S, ?>> keys() {
    return keys;
  }

  /** Makes the record with the default of each setting. */
  public S defaults() {
    return make(Values.defaults(this));
  }

  S make(Values<S> values) {
    return make.apply(values);
  }
}
