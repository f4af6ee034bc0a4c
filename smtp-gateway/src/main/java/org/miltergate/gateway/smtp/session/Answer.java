package org.miltergate.gateway.smtp.session;

import org.miltergate.milter.mail.SmtpReply;

/** The result of a command: a reply, and whether the connection ends after it. */
public record Answer(SmtpReply reply, Next next) {
  public enum Next {
    GO_ON,
    /** The client begins to negotiate TLS as soon as it has the reply. */
    START_TLS,
    CLOSE
  }

  /** Answers with a reply; 421 and 521 end the connection. */
  public static Answer of(SmtpReply reply) {
    return new Answer(reply, reply.closesConnection() ? Next.CLOSE : Next.GO_ON);
  }

  public static Answer of(int code, String text) {
    return of(SmtpReply.of(code, text));
  }

  public static Answer startingTls(String text) {
    return new Answer(SmtpReply.of(220, text), Next.START_TLS);
  }

  /** Answers with a reply, after which the connection is closed. */
  public static Answer closing(SmtpReply reply) {
    return new Answer(reply, Next.CLOSE);
  }

  public static Answer closing(int code, String text) {
    return closing(SmtpReply.of(code, text));
  }
}
