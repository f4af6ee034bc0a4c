package org.miltergate.milter.chain;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** An object of recorded data, whose keys have to be there when they are read. */
record Json(Map<?, ?> values) {

  /** JSON is YAML. */
  static Json parse(String text) {
    return of(new Load(LoadSettings.builder().build()).loadFromString(text));
  }

  static Json of(Object value) {
    return new Json((Map<?, ?>) value);
  }

  boolean has(String key) {
    return values.get(key) != null;
  }

  Set<String> keys() {
    Set<String> keys = new LinkedHashSet<>();
    values.keySet().forEach(key -> keys.add((String) key));
    return keys;
  }

  private Object value(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key + " in " + values);
    }
    return value;
  }

  /** Returns a text, or a number as text. */
  String string(String key) {
    return value(key).toString();
  }

  Json object(String key) {
    return of(value(key));
  }

  /** Returns a list, an empty one if there is none. */
  List<Object> list(String key) {
    return has(key) ? new ArrayList<>((List<?>) value(key)) : List.of();
  }

  List<Json> objects(String key) {
    return list(key).stream().map(Json::of).toList();
  }

  List<String> strings(String key) {
    return list(key).stream().map(String.class::cast).toList();
  }
}
