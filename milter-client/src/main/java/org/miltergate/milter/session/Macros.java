package org.miltergate.milter.session;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MacroNames;
import org.miltergate.milter.wire.MacroValue;

/**
 * The current macro values of one SMTP session.
 *
 * <p>Holds values only; which of them a milter gets at which stage is up to its {@link MacroLists}.
 * A name means the same with and without braces. A macro without a value is left out of what is
 * sent.
 *
 * <p>Not thread-safe; use from the thread of the SMTP session.
 *
 * @see "postfix README_FILES/MILTER_README, About Sendmail macros"
 */
public final class Macros {
  /** By their names without braces. */
  private final Map<Bytes, Bytes> values = new HashMap<>();

  /**
   * Sets a value; an empty one is sent as such, and {@link #clear} leaves none. Whatever a client
   * or a message brings, a value is one line: a line end with white space after it is left out, as
   * in unfolding (RFC 5322, section 2.2.3), and another becomes a blank.
   *
   * @throws IllegalArgumentException if the value contains NUL, which cannot be sent
   */
  public void set(String name, Bytes value) {
    if (value.indexOf(0, 0) >= 0) {
      throw new IllegalArgumentException("value of macro " + name + " holds NUL");
    }
    values.put(key(name), oneLine(value));
  }

  private static Bytes oneLine(Bytes value) {
    if (value.indexOf('\r', 0) < 0 && value.indexOf('\n', 0) < 0) {
      return value;
    }
    String line = value.toString();
    return Bytes.ofLatin1(line.replaceAll("[\r\n]+(?=[ \t])", "").replaceAll("[\r\n]+", " "));
  }

  /** Sets a value, sent as UTF-8. */
  public void set(String name, String value) {
    set(name, Bytes.ofUtf8(value));
  }

  /** Leaves the macro without a value; it is not sent then. */
  public void clear(String name) {
    values.remove(key(name));
  }

  /** Returns the value as it is sent; empty if there is none. */
  public Optional<Bytes> get(String name) {
    return Optional.ofNullable(values.get(key(name)));
  }

  private static Bytes key(String name) {
    return MacroNames.bare(Bytes.ofLatin1(name));
  }

  /** Returns the named macros that have a value, spelled as {@code names} spells them. */
  List<MacroValue> select(List<Bytes> names) {
    List<MacroValue> selected = new ArrayList<>(names.size());
    for (Bytes name : names) {
      Bytes value = values.get(MacroNames.bare(name));
      if (value != null) {
        selected.add(new MacroValue(name, value));
      }
    }
    return selected;
  }
}
