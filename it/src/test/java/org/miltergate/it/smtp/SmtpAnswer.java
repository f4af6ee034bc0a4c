package org.miltergate.it.smtp;

import java.util.List;

/**
 * What a server answered.
 *
 * @param lines as they came, without line ends, one char per byte; empty if it closed instead
 */
public record SmtpAnswer(List<String> lines) {
  /** The server closed the connection instead of an answer. */
  public static final SmtpAnswer CLOSED = new SmtpAnswer(List.of());

  public SmtpAnswer {
    lines = List.copyOf(lines);
  }

  /** Returns the code of the last line, or 0 if there is no reply or it has no code. */
  public int code() {
    return !lines.isEmpty() && lines.getLast().matches("[2-5][0-9]{2}( .*)?")
        ? Integer.parseInt(lines.getLast().substring(0, 3))
        : 0;
  }

  public boolean isPositive() {
    return code() >= 200 && code() < 400;
  }

  /** Returns the lines joined by a slash. */
  @Override
  public String toString() {
    return lines.isEmpty() ? "(closed)" : String.join(" / ", lines);
  }
}
