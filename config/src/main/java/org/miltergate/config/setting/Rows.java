package org.miltergate.config.setting;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Collects the rows of a table, while the class of its record is initialised.
 *
 * <p>Not thread-safe; not to be used after {@link #table}.
 *
 * @param <S> the record of settings
 */
public final class Rows<S extends Settings<S>> {
  private final List<Setting<S, ?>> settings = new ArrayList<>();
  private final List<Key<S, ?>> keys = new ArrayList<>();

  /**
   * Begins a setting.
   *
   * @param key the name in a document
   * @param usual the default
   */
  public <V> Draft<V, Setting<S, V>> add(String key, Form<V> form, V usual) {
    return new Draft<>(
        key,
        form,
        row -> {
          Setting<S, V> setting = setting(row, usual);
          keys.add(new Key<>(row, s -> s.get(setting), (s, value) -> s.with(setting, value)));
          return setting;
        });
  }

  /**
   * Adds a value that has no key of its own in a document: one that {@linkplain #view views} show,
   * or a part whose keys are {@linkplain #include included}.
   *
   * @param name for {@code toString} and errors
   * @param usual the default
   */
  public <V> Setting<S, V> keep(String name, V usual) {
    return setting(
        new Row<>(name, new Unwritten<>(), Row.Presence.OPTIONAL, "", "", (key, v) -> v), usual);
  }

  private <V> Setting<S, V> setting(Row<V> row, V usual) {
    Setting<S, V> setting = new Setting<>(settings.size(), row, row.check(usual));
    settings.add(setting);
    return setting;
  }

  /** Begins a key whose value is made of other settings. */
  public <V> Draft<V, Key<S, V>> view(
      String key, Form<V> form, Function<S, V> get, BiFunction<S, V, S> with) {
    return new Draft<>(
        key,
        form,
        row -> {
          Key<S, V> view = new Key<>(row, get, with);
          keys.add(view);
          return view;
        });
  }

  /** Takes all keys of a part in here, as if they were the record's own. */
  public <P extends Settings<P>> void include(Setting<S, P> part) {
    for (Key<P, ?> key : part.usual().values().table().keys()) {
      keys.add(through(part, key));
    }
  }

  private static <S extends Settings<S>, P extends Settings<P>, V> Key<S, V> through(
      Setting<S, P> part, Key<P, V> key) {
    return new Key<>(
        key.row(),
        record -> key.get().apply(record.get(part)),
        (record, value) -> record.with(part, key.with().apply(record.get(part), value)));
  }

  /** Ends the table. */
  public Table<S> table(Function<Values<S>, S> make) {
    return new Table<>(settings, keys, make);
  }

  /**
   * A row that is being written; {@link #means} ends it.
   *
   * @param <V> the type of its values
   * @param <R> what it becomes
   */
  public static final class Draft<V, R> {
    private final String key;
    private final Form<V> form;
    private final Function<Row<V>, R> end;
    private Row.Presence presence = Row.Presence.OPTIONAL;
    private String postfix = "";
    private BiFunction<String, V, V> checked = (name, value) -> value;

    private Draft(String key, Form<V> form, Function<Row<V>, R> end) {
      this.key = key;
      this.form = form;
      this.end = end;
    }

    /** A document may not leave it out. */
    public Draft<V, R> required() {
      presence = Row.Presence.REQUIRED;
      return this;
    }

    /** Names the parameters of Postfix that mean the same. */
    public Draft<V, R> postfix(String names) {
      postfix = names;
      return this;
    }

    /**
     * Adds a check to those of the form.
     *
     * @param check returns the value that is kept; gets the key; throws {@link
     *     InvalidSettingException}
     */
    public Draft<V, R> checked(BiFunction<String, V, V> check) {
      checked = check;
      return this;
    }

    /**
     * Ends the row.
     *
     * @param meaning one line for the reader of a document; empty if the key says it all
     */
    public R means(String meaning) {
      return end.apply(new Row<>(key, form, presence, postfix, meaning, checked));
    }
  }
}
