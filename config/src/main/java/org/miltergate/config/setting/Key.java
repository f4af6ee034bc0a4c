package org.miltergate.config.setting;

import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * A key of a document's mapping, and how its value is taken from a record and put into it.
 *
 * <p>Most keys are one {@link Setting} of the record. Some are settings of a part that has no
 * mapping of its own in the document, and a few are made of other values.
 *
 * @param <S> the record
 * @param <V> the type of the key's values
 * @param row what is said about it
 * @param get takes the value from the record
 * @param with puts it into the record; throws {@link InvalidSettingException}
 */
public record Key<S, V>(Row<V> row, Function<S, V> get, BiFunction<S, V, S> with) {
  public String name() {
    return row.key();
  }

  /** Returns what is printed for the value that the record has. */
  public Object tree(S from, Detail detail) {
    return row.form().tree(get.apply(from), detail);
  }

  boolean isPrinted(S value, S defaults, Detail detail) {
    return detail == Detail.WHOLE
        || row.isRequired()
        || !get.apply(value).equals(get.apply(defaults));
  }
}
