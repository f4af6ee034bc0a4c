package org.miltergate.config.setting;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * A value in one piece of text.
 *
 * @param wanted completes "write"
 * @param parse throws {@link IllegalArgumentException}, which says what was found and expected
 * @param print what {@code parse} reads: text, a number, or true or false
 * @param range the values that are allowed, for documents; may be empty
 * @param checked makes the value that is kept; gets the key; throws {@link InvalidSettingException}
 */
public record TextForm<V>(
    String wanted,
    Function<String, V> parse,
    Function<V, Object> print,
    String range,
    BiFunction<String, V, V> checked)
    implements Form<V> {
  private static final int MAX_CHARS = 4096;

  /** Creates a form without limits whose values print themselves. */
  public static <V> TextForm<V> of(String wanted, Function<String, V> parse) {
    return of(wanted, parse, Object::toString);
  }

  /** Creates a form without limits. */
  public static <V> TextForm<V> of(
      String wanted, Function<String, V> parse, Function<V, Object> print) {
    return new TextForm<>(wanted, parse, print, "", (key, value) -> value);
  }

  /** Creates a form of the constants in lower case, with hyphens. */
  public static <E extends Enum<E>> TextForm<E> ofEnum(Class<E> type) {
    return ofEnum(type, TextForm::word);
  }

  /** Creates a form of the constants, each as {@code name} says. */
  public static <E extends Enum<E>> TextForm<E> ofEnum(Class<E> type, Function<E, String> name) {
    List<String> words = Stream.of(type.getEnumConstants()).map(name).toList();
    String list = String.join(", ", words);
    TextForm<E> form =
        of(
            "one of " + list,
            text -> {
              int index = words.indexOf(text);
              if (index < 0) {
                throw new IllegalArgumentException(
                    "'%s' is not known; write one of %s%s"
                        .formatted(text, list, Suggestion.suffix(text, words)));
              }
              return type.getEnumConstants()[index];
            },
            name::apply);
    return form.limitedTo(list, (key, value) -> value);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Returns the same form with a check, and its range in words for documents. */
  public TextForm<V> limitedTo(String range, BiFunction<String, V, V> check) {
    return new TextForm<>(wanted, parse, print, range, check);
  }

  @Override
  public Optional<V> read(Source source) {
    return source.kind() == Source.Kind.TEXT
        ? source.text().flatMap(text -> parse(source, text))
        : source.refuse(this);
  }

  private Optional<V> parse(Source source, Source.Text text) {
    if (text.value().length() > MAX_CHARS) {
      source.problem(
          String.format(
              Locale.ROOT,
              "text of %d characters stands here; write %s, at most %d",
              text.value().length(),
              wanted,
              MAX_CHARS));
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text.value()));
    } catch (IllegalArgumentException e) {
      source.problem(e.getMessage() + text.origin());
      return Optional.empty();
    }
  }

  @Override
  public V check(String key, V value) {
    return checked.apply(key, value);
  }

  /** Returns whether the text says all about the value. */
  public boolean canWrite(V value) {
    return parse.apply(print.apply(value).toString()).equals(value);
  }

  @Override
  public Object tree(V value, Detail detail) {
    return print.apply(value);
  }
}
