package org.miltergate.milter.wire;

import org.miltergate.milter.bytes.Bytes;

/**
 * Spelling of macro names: {@code i} or {@code {mail_addr}}.
 *
 * <p>Milters ask for macros with or without braces and mean the same.
 */
public final class MacroNames {
  private static final Bytes OPEN = Bytes.ofLatin1("{");
  private static final Bytes CLOSE = Bytes.ofLatin1("}");

  private MacroNames() {}

  /** Returns the name without its braces, for look-ups; itself if it has none. */
  public static Bytes bare(Bytes name) {
    int last = name.length() - 1;
    boolean braced = last > 1 && name.at(0) == '{' && name.at(last) == '}';
    return braced ? name.slice(1, last) : name;
  }

  /** Returns the name as it stands in a packet: one letter bare, longer ones in braces. */
  public static Bytes spelled(Bytes name) {
    Bytes bare = bare(name);
    return bare.length() > 1 ? OPEN.concat(bare).concat(CLOSE) : bare;
  }

  /** Tells whether both name the same macro, braces or not; case matters. */
  public static boolean same(Bytes one, Bytes other) {
    return bare(one).equals(bare(other));
  }
}
