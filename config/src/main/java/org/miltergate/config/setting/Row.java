package org.miltergate.config.setting;

import java.util.Objects;
import java.util.function.BiFunction;

/**
 * All that is said about a setting, except for its default.
 *
 * <p>Immutable and thread-safe.
 *
 * @param key the name in a document
 * @param form how its value is written, and its range
 * @param presence whether a document may leave it out
 * @param postfix names of Postfix's parameters that mean the same, with a remark where they differ;
 *     empty if there is none
 * @param meaning one line for the reader of a document; empty if the key says it all
 * @param checked makes the value that is kept of the one that is set; throws {@link
 *     InvalidSettingException}
 */
public record Row<V>(
    String key,
    Form<V> form,
    Presence presence,
    String postfix,
    String meaning,
    BiFunction<String, V, V> checked) {
  /** Whether a document may leave a setting out. */
  public enum Presence {
    OPTIONAL,
    REQUIRED
  }

  public Row {
    Objects.requireNonNull(key, "key");
    Objects.requireNonNull(form, "form");
    Objects.requireNonNull(presence, "presence");
    Objects.requireNonNull(postfix, "postfix");
    Objects.requireNonNull(meaning, "meaning");
    Objects.requireNonNull(checked, "checked");
  }

  V check(V value) {
    Objects.requireNonNull(value, key);
    return checked.apply(key, form.check(key, value));
  }

  /** Returns whether the key must be in a document. */
  public boolean isRequired() {
    return presence == Presence.REQUIRED;
  }
}
