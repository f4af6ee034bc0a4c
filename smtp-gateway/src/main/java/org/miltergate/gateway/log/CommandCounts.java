package org.miltergate.gateway.log;

import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Counts the commands of one session for its last log line, as Postfix does: {@code ehlo=1 mail=1
 * rcpt=1/2 quit=1 commands=4/5}.
 *
 * <p>Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd.c, log_whatsup and disconnect"
 */
public final class CommandCounts {
  private record Count(int accepted, int total) {
    Count plus(boolean ok) {
      return new Count(accepted + (ok ? 1 : 0), total + 1);
    }

    @Override
    public String toString() {
      return accepted == total ? Integer.toString(total) : accepted + "/" + total;
    }
  }

  private final Map<String, Count> counts = new LinkedHashMap<>();
  private Count all = new Count(0, 0);

  /**
   * Counts a command.
   *
   * @param verb of a known command, or {@code unknown}
   */
  public void count(String verb, boolean accepted) {
    counts.merge(
        verb.toLowerCase(Locale.ROOT),
        new Count(accepted ? 1 : 0, 1),
        (before, one) -> before.plus(accepted));
    all = all.plus(accepted);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    counts.forEach((verb, count) -> text.append(verb).append('=').append(count).append(' '));
    return text.append("commands=").append(all).toString();
  }
}
