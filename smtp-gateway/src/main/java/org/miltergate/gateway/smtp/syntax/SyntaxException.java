package org.miltergate.gateway.smtp.syntax;

import org.miltergate.milter.mail.SmtpReply;

/** A command that is refused for its form; carries the reply to the client. */
public final class SyntaxException extends Exception {
  private static final long serialVersionUID = 1;

  private final transient SmtpReply reply;

  SyntaxException(int code, String text) {
    super(code + " " + text, null, false, false);
    this.reply = SmtpReply.of(code, text);
  }

  public SmtpReply reply() {
    return reply;
  }
}
