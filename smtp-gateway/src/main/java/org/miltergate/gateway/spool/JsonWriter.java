package org.miltergate.gateway.spool;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * Writes one JSON object (RFC 8259), one member per line.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
final class JsonWriter {
  private final StringBuilder json = new StringBuilder("{");
  private final String indent;
  private String separator = "\n";

  JsonWriter() {
    this("  ");
  }

  private JsonWriter(String indent) {
    this.indent = indent;
  }

  JsonWriter member(String name, String value) {
    key(name);
    quote(value);
    return this;
  }

  JsonWriter member(String name, long value) {
    key(name);
    json.append(value);
    return this;
  }

  /**
   * Writes bytes as text if they are UTF-8, otherwise as an object {@code {"latin1": TEXT}} with
   * one character for each byte, so that nothing is lost.
   */
  JsonWriter member(String name, Bytes value) {
    key(name);
    text(value);
    return this;
  }

  JsonWriter member(String name, List<Bytes> values) {
    key(name);
    json.append('[');
    for (int i = 0; i < values.size(); i++) {
      json.append(i == 0 ? "" : ", ");
      text(values.get(i));
    }
    json.append(']');
    return this;
  }

  /** Writes an array of objects, each filled by {@code fill}. */
  <T> JsonWriter members(String name, List<T> values, BiConsumer<JsonWriter, T> fill) {
    key(name);
    json.append('[');
    for (int i = 0; i < values.size(); i++) {
      JsonWriter inner = new JsonWriter(indent + "  ");
      fill.accept(inner, values.get(i));
      json.append(i == 0 ? "" : ", ").append(inner.end());
    }
    json.append(']');
    return this;
  }

  private String end() {
    return json + "\n" + indent.substring(2) + "}";
  }

  /** Returns the object with a line end. */
  Bytes toBytes() {
    return Bytes.ofUtf8(end() + "\n");
  }

  private void key(String name) {
    json.append(separator).append(indent);
    quote(name);
    json.append(": ");
    separator = ",\n";
  }

  private void text(Bytes value) {
    Optional<String> text = Utf8.decode(value.toArray());
    if (text.isPresent()) {
      quote(text.get());
    } else {
      json.append("{\"latin1\": ");
      quote(value.toString());
      json.append('}');
    }
  }

  private void quote(CharSequence text) {
    json.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"' -> json.append("\\\"");
        case '\\' -> json.append("\\\\");
        case '\n' -> json.append("\\n");
        case '\r' -> json.append("\\r");
        case '\t' -> json.append("\\t");
        default -> {
          if (c < ' ' || c == 0x7f || isLoneSurrogate(text, i)) {
            json.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
          } else {
            json.append(c);
          }
        }
      }
    }
    json.append('"');
  }

  /** UTF-8 cannot encode half of a surrogate pair. */
  private static boolean isLoneSurrogate(CharSequence text, int at) {
    char c = text.charAt(at);
    if (Character.isHighSurrogate(c)) {
      return at + 1 == text.length() || !Character.isLowSurrogate(text.charAt(at + 1));
    }
    return Character.isLowSurrogate(c)
        && (at == 0 || !Character.isHighSurrogate(text.charAt(at - 1)));
  }
}
