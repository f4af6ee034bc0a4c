package org.miltergate.milter.server;

import java.util.List;
import org.miltergate.milter.wire.Reply;

/**
 * What a filter says to an event.
 *
 * <p>Immutable and thread-safe.
 */
public final class Answer {
  /** Go on. */
  public static final Answer CONTINUE = new Answer(new Reply.Continue());

  /** Take the message (at RCPT and behind MAIL too), or the connection, and tell no more of it. */
  public static final Answer ACCEPT = new Answer(new Reply.Accept());

  /** Refuse for good, in the MTA's words. */
  public static final Answer REJECT = new Answer(new Reply.Reject());

  /** Refuse for now, in the MTA's words. */
  public static final Answer TEMPFAIL = new Answer(new Reply.TempFail());

  /** Take the message and drop it. Not at connect and helo. */
  public static final Answer DISCARD = new Answer(new Reply.Discard());

  /** Tell no more of the body. At body only; elsewhere the same as {@link #CONTINUE}. */
  public static final Answer SKIP = new Answer(new Reply.Skip());

  private final Reply.Verdict verdict;

  private Answer(Reply.Verdict verdict) {
    this.verdict = verdict;
  }

  /**
   * Refuses in the filter's own words.
   *
   * @param code 400 to 599
   * @param lines at least one and 32 at most, each 980 characters of printable ASCII at most;
   *     usually with an enhanced status code in front, of the same class as {@code code}
   * @throws IllegalArgumentException if a line or the code is none
   * @see "sendmail libmilter/smfi.c, smfi_setmlreply"
   */
  public static Answer reply(int code, String... lines) {
    return new Answer(new Reply.ReplyCode(ReplyLines.write(code, List.of(lines))));
  }

  Reply.Verdict verdict() {
    return verdict;
  }

  boolean isRefusal() {
    return switch (verdict) {
      case Reply.Reject v -> true;
      case Reply.TempFail v -> true;
      case Reply.ReplyCode v -> true;
      case Reply.Continue v -> false;
      case Reply.Accept v -> false;
      case Reply.Discard v -> false;
      case Reply.Skip v -> false;
      case Reply.Shutdown v -> false;
      case Reply.ConnectionFailure v -> false;
    };
  }

  /** Tells whether the filter need not be asked again about what it has judged. */
  boolean isFinal() {
    return isRefusal() || this == ACCEPT || this == DISCARD;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Answer that && verdict.equals(that.verdict);
  }

  @Override
  public int hashCode() {
    return verdict.hashCode();
  }

  @Override
  public String toString() {
    return verdict instanceof Reply.ReplyCode(var text)
        ? text.toString()
        : verdict.getClass().getSimpleName();
  }
}
