package org.miltergate.config.setting;

/**
 * A setting of a record: the key to its value.
 *
 * <p>Immutable and thread-safe; made by {@link Rows}.
 *
 * @param <S> the record of settings
 * @param <V> the type of its values
 */
public final class Setting<S extends Settings<S>, V> {
  private final int index;
  private final Row<V> row;
  private final V usual;

  Setting(int index, Row<V> row, V usual) {
    this.index = index;
    this.row = row;
    this.usual = usual;
  }

  int index() {
    return index;
  }

  public Row<V> row() {
    return row;
  }

  /** Returns the default. */
  public V usual() {
    return usual;
  }

  @Override
  public String toString() {
    return row.key();
  }
}
