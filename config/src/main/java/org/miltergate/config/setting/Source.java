package org.miltergate.config.setting;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A place in a document that a value is read from, with the path of the setting that is read there.
 *
 * <p>Immutable, except that problems are collected. Not thread-safe.
 */
public interface Source {
  /** What stands at a place. */
  enum Kind {
    NOTHING("nothing"),
    TEXT("text"),
    LIST("a list"),
    MAPPING("a mapping");

    private final String text;

    Kind(String text) {
      this.text = text;
    }
  }

  /**
   * A piece of text.
   *
   * @param value as it is to be read
   * @param origin for the end of a problem: what the document has, if that is something else
   */
  record Text(String value, String origin) {}

  /**
   * An entry of a mapping.
   *
   * @param name text of the key
   * @param key the place of the key; its path is that of the value
   * @param value the place of the value
   */
  record Member(String name, Source key, Source value) {}

  Kind kind();

  /** Returns the path of the setting, such as {@code chain[0].name}. */
  String path();

  /** Returns the line, counted from 1; empty if it is not known. */
  OptionalInt line();

  /** Returns the text here; empty, and a problem, if it cannot be used or is no text. */
  Optional<Text> text();

  /** Returns the entries of a list; none if this is no list. */
  List<Source> items();

  /** Returns the entries of a mapping in their order; none if this is no mapping. */
  List<Member> members();

  /** Returns the value of a key, or this place with the key's path if it is not there. */
  Source at(String key);

  /** Reports that something is wrong here. */
  void problem(String text);

  /** Reports that something is allowed here, but probably not intended. */
  void warning(String text);

  /** Returns whether a mapping here has a key. */
  default boolean has(String key) {
    return members().stream().anyMatch(member -> member.name().equals(key));
  }

  /** Reports that the wrong kind of thing is here, and returns empty. */
  default <V> Optional<V> refuse(Form<?> form) {
    problem(kind().text + " stands here; write " + form.wanted());
    return Optional.empty();
  }
}
