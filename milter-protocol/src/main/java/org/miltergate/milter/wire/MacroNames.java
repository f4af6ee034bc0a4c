package org.miltergate.milter.wire;

import org.miltergate.milter.bytes.Bytes;

/**
 * The spelling of macro names: {@code i} or {@code {mail_addr}}.
 *
 * <p>Braces make no difference when a milter asks for a macro; case does.
 */
public final class MacroNames {
  private MacroNames() {}

  /** Returns the name without braces, for lookups. */
  public static String bare(String name) {
    boolean braced = name.length() > 2 && name.startsWith("{") && name.endsWith("}");
    return braced ? name.substring(1, name.length() - 1) : name;
  }

  /** Returns the name without braces, as {@link #bare(String)}; shares the storage. */
  public static Bytes bare(Bytes name) {
    int last = name.length() - 1;
    boolean braced = last > 1 && name.at(0) == '{' && name.at(last) == '}';
    return braced ? name.slice(1, last) : name;
  }
}
