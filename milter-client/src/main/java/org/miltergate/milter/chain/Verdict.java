package org.miltergate.milter.chain;

import org.miltergate.milter.mail.SmtpReply;

/** What a chain says to a stage, and to a message. */
public sealed interface Verdict {
  Verdict PASS = new Pass();

  /** No milter objects. */
  record Pass() implements Verdict {}

  /**
   * The SMTP client gets this reply, letter by letter; the connection is to be closed behind it if
   * {@link SmtpReply#closesConnection} says so.
   */
  record Refuse(SmtpReply reply, Source source) implements Verdict {}

  /** The client hears that all is well, and the message goes nowhere. */
  record Discard(Source source) implements Verdict {}

  default boolean passes() {
    return this instanceof Pass;
  }

  /** Returns this, if it decides, or else {@code later}: the first in configured order wins. */
  default Verdict or(Verdict later) {
    return passes() ? later : this;
  }
}
