package org.miltergate.gateway.smtp.command;

import org.miltergate.milter.mail.SmtpReply;

/** Replies that several commands give, in Postfix's words. */
final class CommandReplies {
  static final SmtpReply OK = SmtpReply.of(250, "2.0.0 Ok");
  static final SmtpReply TRY_AGAIN_LATER = SmtpReply.of(454, "4.3.0 Try again later");
  static final SmtpReply BAD_SYNTAX = SmtpReply.of(500, "5.5.2 Error: bad syntax");
  static final SmtpReply LINE_TOO_LONG = SmtpReply.of(500, "5.5.2 Error: line too long");
  static final SmtpReply NOT_RECOGNIZED = SmtpReply.of(500, "5.5.2 Error: command not recognized");
  static final SmtpReply SASL_LIMIT = SmtpReply.of(500, "5.5.6 SASL response limit exceeded");
  static final SmtpReply NOT_IMPLEMENTED =
      SmtpReply.of(502, "5.5.1 Error: command not implemented");
  static final SmtpReply IN_TRANSACTION =
      SmtpReply.of(503, "5.5.1 Error: MAIL transaction in progress");

  private CommandReplies() {}
}
