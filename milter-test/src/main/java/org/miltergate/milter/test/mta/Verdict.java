package org.miltergate.milter.test.mta;

import org.miltergate.milter.wire.Reply;

/** What a milter makes of a message, as far as the SMTP client can tell. */
public enum Verdict {
  /** The message passes, with the milter's edits. */
  ACCEPT,
  /** Refused for good: a 5xx reply. */
  REJECT,
  /** Refused for now: a 4xx reply. */
  TEMPFAIL,
  /** The client hears that all is well, and the message is dropped. */
  DISCARD;

  /** Returns what one reply means for the stage that it answers. */
  static Verdict of(Reply.Verdict reply) {
    return switch (reply) {
      case Reply.Continue r -> ACCEPT;
      case Reply.Accept r -> ACCEPT;
      case Reply.Skip r -> ACCEPT;
      case Reply.Discard r -> DISCARD;
      case Reply.Reject r -> REJECT;
      case Reply.TempFail r -> TEMPFAIL;
      case Reply.Shutdown r -> TEMPFAIL;
      case Reply.ConnectionFailure r -> TEMPFAIL;
      case Reply.ReplyCode(var text) -> !text.isEmpty() && text.at(0) == '5' ? REJECT : TEMPFAIL;
    };
  }

  /** Returns whether an SMTP client is told of a failure. */
  public boolean isRefusal() {
    return this == REJECT || this == TEMPFAIL;
  }
}
