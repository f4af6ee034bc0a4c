package org.miltergate.config.setting;

import java.util.List;
import java.util.Optional;

/**
 * How the values of a setting are written, and which are allowed.
 *
 * <p>Immutable and thread-safe.
 *
 * @param <V> the type of the values
 */
public interface Form<V> {
  /** Returns the value, or empty if the source holds none; everything wrong is reported there. */
  Optional<V> read(Source source);

  /** Returns what is printed for a value: text, a number, a list or a map of such. */
  Object tree(V value, Detail detail);

  /** Completes "write". */
  String wanted();

  /** Returns which values are allowed, for documents; empty if {@link #wanted} says enough. */
  default String range() {
    return "";
  }

  /** Returns the mappings that a value, or an entry of it, is written as; for documents. */
  default List<RecordForm<?>> mappings() {
    return List.of();
  }

  /**
   * Returns the value as it is kept, such as an immutable copy.
   *
   * @throws InvalidSettingException with {@code key} if the value is not allowed
   */
  default V check(String key, V value) {
    return value;
  }
}
