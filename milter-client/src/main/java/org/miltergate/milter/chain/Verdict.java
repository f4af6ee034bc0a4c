package org.miltergate.milter.chain;

import org.miltergate.milter.mail.SmtpReply;

/**
 * The verdict of a chain on a stage or a message.
 *
 * <p>Immutable and thread-safe. The methods are abstract on purpose: initializing a class
 * initializes those of its interfaces that have default methods, so that two threads, one at {@link
 * #PASS} and one at {@link Pass}, would wait for each other for ever.
 */
public sealed interface Verdict {
  /** No milter objects. */
  Verdict PASS = new Pass();

  /** Returns whether no milter objects: neither a refusal nor a discard. */
  boolean passes();

  /** Returns this, if it decides, or else {@code later}: the first in configured order wins. */
  Verdict or(Verdict later);

  /** No milter objects. */
  record Pass() implements Verdict {
    @Override
    public boolean passes() {
      return true;
    }

    @Override
    public Verdict or(Verdict later) {
      return later;
    }
  }

  /**
   * The SMTP client gets this reply verbatim.
   *
   * @param reply 4xx or 5xx; close the connection after it if {@link SmtpReply#closesConnection}
   *     says so
   * @param source who refuses, and why
   */
  record Refuse(SmtpReply reply, Source source) implements Verdict {
    @Override
    public boolean passes() {
      return false;
    }

    @Override
    public Verdict or(Verdict later) {
      return this;
    }
  }

  /**
   * The client gets 250, and the message is dropped.
   *
   * @param source who discards it
   */
  record Discard(Source source) implements Verdict {
    @Override
    public boolean passes() {
      return false;
    }

    @Override
    public Verdict or(Verdict later) {
      return this;
    }
  }
}
