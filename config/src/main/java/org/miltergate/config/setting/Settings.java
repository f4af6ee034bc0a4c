package org.miltergate.config.setting;

import java.util.function.Consumer;

/**
 * A record of settings that one {@link Table} describes.
 *
 * <p>An implementation is a record with {@link Values} as its only component, a constant for each
 * setting, and an accessor for each that the program asks for by name:
 *
 * <pre>{@code
 * public record LoadConfig(Values<LoadConfig> values) implements Settings<LoadConfig> {
 *   private static final Rows<LoadConfig> ROWS = new Rows<>();
 *
 *   public static final Setting<LoadConfig, Integer> MIN_DATA_RATE =
 *       ROWS.add("min-data-rate", Forms.number(0, 1_000_000), 500)
 *           .postfix("smtpd_min_data_rate")
 *           .means("bytes of a message in a second, on average; 0: no limit");
 *
 *   public static final LoadConfig DEFAULT = ROWS.table(LoadConfig::new).defaults();
 *
 *   public int minDataRate() {
 *     return get(MIN_DATA_RATE);
 *   }
 * }
 * }</pre>
 *
 * <p>The values of each setting are checked one by one when they are set; the record's compact
 * constructor checks what has to fit together. Immutable and thread-safe.
 *
 * @param <S> the record itself
 */
public interface Settings<S extends Settings<S>> {
  Values<S> values();

  /** Returns the value of a setting. */
  default <V> V get(Setting<S, V> setting) {
    return values().get(setting);
  }

  /**
   * Returns the same settings, except one.
   *
   * @throws InvalidSettingException if the value is not allowed
   */
  default <V> S with(Setting<S, V> setting, V value) {
    return with(changes -> changes.set(setting, value));
  }

  /**
   * Returns the same settings, except those that {@code change} sets; what has to fit together is
   * checked after all of them.
   *
   * @throws InvalidSettingException if a value is not allowed
   */
  default S with(Consumer<Changes<S>> change) {
    Changes<S> changes = new Changes<>(values());
    change.accept(changes);
    return changes.apply();
  }
}
