package org.miltergate.config.setting;

import java.util.Optional;

/** The form of values that no document holds. */
record Unwritten<V>() implements Form<V> {
  @Override
  public Optional<V> read(Source source) {
    throw new IllegalStateException("this value has no key");
  }

  @Override
  public Object tree(V value, Detail detail) {
    throw new IllegalStateException("this value has no key");
  }

  @Override
  public String wanted() {
    return "nothing";
  }
}
