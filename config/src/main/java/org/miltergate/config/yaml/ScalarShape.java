package org.miltergate.config.yaml;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * A value in one piece of text.
 *
 * @param wanted completes "write"
 * @param parse throws {@link IllegalArgumentException}, with what was got and wanted
 * @param print what {@code parse} reads: text or a number
 */
record ScalarShape<T>(String wanted, Function<String, T> parse, Function<T, Object> print)
    implements Shape<T> {
  private static final int MAX_CHARS = 4096;

  static <T> ScalarShape<T> of(String wanted, Function<String, T> parse) {
    return new ScalarShape<>(wanted, parse, Object::toString);
  }

  /** The constants in lower case, with hyphens. */
  static <E extends Enum<E>> ScalarShape<E> ofEnum(Class<E> type) {
    return ofEnum(type, ScalarShape::word);
  }

  /** The constants, each as {@code name} says. */
  static <E extends Enum<E>> ScalarShape<E> ofEnum(Class<E> type, Function<E, String> name) {
    List<String> words = Stream.of(type.getEnumConstants()).map(name).toList();
    String wanted = "one of " + String.join(", ", words);
    return new ScalarShape<>(
        wanted,
        text -> {
          int index = words.indexOf(text);
          if (index < 0) {
            throw new IllegalArgumentException(
                "'%s' is not known; write %s%s"
                    .formatted(text, wanted, Suggestion.suffix(text, words)));
          }
          return type.getEnumConstants()[index];
        },
        name::apply);
  }

  private static String word(Enum<?> constant) {
    return constant.name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  @Override
  public Optional<T> read(Node node, String path, Reading reading) {
    if (!(node instanceof ScalarNode scalar) || Shape.isNothing(node)) {
      return refuse(node, path, reading);
    }
    if (!node.getTag().getValue().startsWith(Tag.PREFIX) && !node.getTag().equals(Tag.ENV_TAG)) {
      // YAML would leave the first word out, which may be half of a password.
      reading
          .findings()
          .problem(
              node, path, "YAML reads '%s' as a tag; write it in quotes".formatted(node.getTag()));
      return Optional.empty();
    }
    String raw = scalar.getValue();
    Substitution.Outcome outcome = reading.substitution().apply(raw);
    for (String problem : outcome.problems()) {
      reading.findings().problem(node, path, problem);
    }
    return outcome.problems().isEmpty()
        ? parse(node, path, raw, outcome.text(), reading)
        : Optional.empty();
  }

  private Optional<T> parse(Node node, String path, String raw, String text, Reading reading) {
    if (text.length() > MAX_CHARS) {
      reading
          .findings()
          .problem(
              node,
              path,
              String.format(
                  Locale.ROOT,
                  "text of %d characters stands here; write %s, at most %d",
                  text.length(),
                  wanted,
                  MAX_CHARS));
      return Optional.empty();
    }
    try {
      return Optional.of(parse.apply(text));
    } catch (IllegalArgumentException e) {
      String origin = text.equals(raw) ? "" : " (the file has '" + raw + "')";
      reading.findings().problem(node, path, e.getMessage() + origin);
      return Optional.empty();
    }
  }

  /** Tells whether the text says all about the value. */
  boolean canWrite(T value) {
    return parse.apply(print.apply(value).toString()).equals(value);
  }

  @Override
  public Object tree(T value, Detail detail) {
    Object printed = print.apply(value);
    return printed instanceof String text ? Substitution.escape(text) : printed;
  }
}
