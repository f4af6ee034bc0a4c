package org.miltergate.gateway.smtp.syntax;

import org.miltergate.milter.bytes.Bytes;

/**
 * A command line, cut at its first blank.
 *
 * @param whole the line without its end
 * @param word the first word; empty for a blank line
 * @param argument what follows, without blanks around it
 */
public record CommandLine(Bytes whole, Bytes word, Bytes argument) {
  public static CommandLine of(Bytes line) {
    int start = skipBlanks(line, 0);
    int end = start;
    while (end < line.length() && !isBlank(line.at(end))) {
      end++;
    }
    int argumentStart = skipBlanks(line, end);
    int argumentEnd = line.length();
    while (argumentEnd > argumentStart && isBlank(line.at(argumentEnd - 1))) {
      argumentEnd--;
    }
    return new CommandLine(line, line.slice(start, end), line.slice(argumentStart, argumentEnd));
  }

  private static int skipBlanks(Bytes line, int from) {
    int at = from;
    while (at < line.length() && isBlank(line.at(at))) {
      at++;
    }
    return at;
  }

  private static boolean isBlank(byte value) {
    return value == ' ' || value == '\t';
  }

  /** Returns whether the line holds NUL, which no command may, and no milter can be told. */
  public boolean holdsNul() {
    return whole.indexOf(0, 0) >= 0;
  }

  /**
   * Returns whether this looks like another protocol that talks to us by a client's mistake or an
   * attacker's trick: HTTP, or a header field of a message.
   */
  public boolean isForeign() {
    String text = word.toString();
    return text.equalsIgnoreCase("GET")
        || text.equalsIgnoreCase("POST")
        || text.equalsIgnoreCase("CONNECT")
        || !text.isEmpty() && !Character.isLetter(text.charAt(0))
        || text.indexOf(':') > 0;
  }
}
