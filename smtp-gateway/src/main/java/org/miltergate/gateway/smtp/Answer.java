package org.miltergate.gateway.smtp;

import org.miltergate.milter.mail.SmtpReply;

/** What a command leads to: a reply, and whether the connection ends behind it. */
record Answer(SmtpReply reply, Next next) {
  enum Next {
    GO_ON,
    CLOSE
  }

  /** Answers with a reply; 421 and 521 end the connection. */
  static Answer of(SmtpReply reply) {
    return new Answer(reply, reply.closesConnection() ? Next.CLOSE : Next.GO_ON);
  }

  static Answer of(int code, String text) {
    return of(SmtpReply.of(code, text));
  }

  static Answer closing(int code, String text) {
    return new Answer(SmtpReply.of(code, text), Next.CLOSE);
  }
}
