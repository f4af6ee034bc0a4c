package org.miltergate.milter.server;

import java.util.List;
import org.miltergate.milter.wire.Reply;

/**
 * A milter's reply to an event.
 *
 * <p>Immutable and thread-safe.
 */
@SuppressWarnings("ReferenceEquality") // answers without text are one object each
public final class Answer {
  /** Continues with the next event. */
  public static final Answer CONTINUE = new Answer(new Reply.Continue());

  /**
   * Accepts the message (also at RCPT and anywhere after MAIL) or, at connect and HELO, the
   * connection, without further events for it.
   */
  public static final Answer ACCEPT = new Answer(new Reply.Accept());

  /** Refuses permanently, with the MTA's text. */
  public static final Answer REJECT = new Answer(new Reply.Reject());

  /** Refuses temporarily, with the MTA's text. */
  public static final Answer TEMPFAIL = new Answer(new Reply.TempFail());

  /** Accepts the message and drops it. Not valid at connect and HELO. */
  public static final Answer DISCARD = new Answer(new Reply.Discard());

  /**
   * Asks for no more of the body. Only at a body event; elsewhere the same as {@link #CONTINUE}.
   */
  public static final Answer SKIP = new Answer(new Reply.Skip());

  private final Reply.Verdict verdict;

  private Answer(Reply.Verdict verdict) {
    this.verdict = verdict;
  }

  /**
   * Refuses with a reply code and text of the milter's own.
   *
   * @param code 400 to 599
   * @param lines 1 to 32 lines of at most 980 characters of printable ASCII each; usually with an
   *     enhanced status code in front, of the same class as {@code code}
   * @throws IllegalArgumentException if the code or a line is invalid
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

  /** Returns whether the milter need not be asked again about what it has judged. */
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
