package org.miltergate.config.setting;

/**
 * Collects changes of settings.
 *
 * <p>Not thread-safe; use it inside of {@link Settings#with(java.util.function.Consumer)} only.
 *
 * @param <S> the record of settings
 */
public final class Changes<S extends Settings<S>> {
  private Values<S> values;

  Changes(Values<S> values) {
    this.values = values;
  }

  /**
   * Sets a value.
   *
   * @throws InvalidSettingException if the value is not allowed
   */
  public <V> Changes<S> set(Setting<S, V> setting, V value) {
    values = values.with(setting, value);
    return this;
  }

  S apply() {
    return values.table().make(values);
  }
}
