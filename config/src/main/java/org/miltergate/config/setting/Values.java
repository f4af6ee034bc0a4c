package org.miltergate.config.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * A value for each setting of a table, each of the setting's own type and in its range.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <S> the record of settings
 */
public final class Values<S extends Settings<S>> {
  private final Table<S> table;
  private final List<Object> values;

  private Values(Table<S> table, List<Object> values) {
    this.table = table;
    this.values = List.copyOf(values);
  }

  /** Returns the default of each setting. */
  static <S extends Settings<S>> Values<S> defaults(Table<S> table) {
    List<Object> values = new ArrayList<>();
    table.settings().forEach(setting -> values.add(setting.usual()));
    return new Values<>(table, values);
  }

  Table<S> table() {
    return table;
  }

  /** Returns the value of a setting. */
  public <V> V get(Setting<S, V> setting) {
    @SuppressWarnings("unchecked") // with() and defaults() put nothing else there
    V value = (V) values.get(setting.index());
    return value;
  }

  /**
   * Returns the same values, except one.
   *
   * @throws InvalidSettingException if the value is not allowed
   */
  public <V> Values<S> with(Setting<S, V> setting, V value) {
    List<Object> changed = new ArrayList<>(values);
    changed.set(setting.index(), setting.row().check(value));
    return new Values<>(table, changed);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Values<?> that && that.table == table && that.values.equals(values);
  }

  @Override
  public int hashCode() {
    return values.hashCode();
  }

  /** Returns each setting with its value; secrets are hidden. */
  @Override
  public String toString() {
    return table.settings().stream()
        .map(setting -> setting.row().key() + "=" + values.get(setting.index()))
        .collect(Collectors.joining(", ", "{", "}"));
  }
}
