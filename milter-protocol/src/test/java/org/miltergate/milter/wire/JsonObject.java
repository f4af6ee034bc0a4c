package org.miltergate.milter.wire;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;

/** An object of the test data, whose keys have to be there when they are read. */
record JsonObject(Map<String, Object> values) {

  @SuppressWarnings("unchecked") // JSON has no other keys.
  static JsonObject of(Object value) {
    return new JsonObject((Map<String, Object>) value);
  }

  @SuppressWarnings("unchecked")
  static List<Object> array(Object value) {
    return (List<Object>) value;
  }

  /** Reads each character as one byte. */
  static Bytes latin1(Object text) {
    return Bytes.ofLatin1((String) text);
  }

  Set<String> keys() {
    return values.keySet();
  }

  /** Returns whether the key is there with a value that is not {@code null}. */
  boolean has(String key) {
    return values.get(key) != null;
  }

  Object value(String key) {
    Object value = values.get(key);
    if (value == null) {
      throw new IllegalArgumentException("no " + key + " in " + values);
    }
    return value;
  }

  String string(String key) {
    return (String) value(key);
  }

  int number(String key) {
    return (int) value(key);
  }

  Bytes text(String key) {
    return latin1(value(key));
  }

  List<Bytes> texts(String key) {
    return list(key).stream().map(JsonObject::latin1).toList();
  }

  List<Object> list(String key) {
    return array(value(key));
  }

  List<JsonObject> objects(String key) {
    return list(key).stream().map(JsonObject::of).toList();
  }

  JsonObject object(String key) {
    return of(value(key));
  }
}
