package org.miltergate.gateway.testkit;

/** What most clients say, for {@link RawSmtpClient#play}. */
public final class Transcripts {
  /** A sender and a recipient. */
  public static final String ENVELOPE =
      """
      C: MAIL FROM:<a@example.org>
      S: 250 2.1.0 Ok
      C: RCPT TO:<b@example.net>
      S: 250 2.1.5 Ok
      """;

  /** A message up to where its content begins. */
  public static final String BEGIN_MESSAGE =
      ENVELOPE
          + """
          C: DATA
          S: 354 ...
          """;

  /** A message to its end; the reply to it is left open. */
  public static final String MESSAGE =
      BEGIN_MESSAGE
          + """
          C: Subject: hello
          C:
          C: body
          C: .
          """;

  /** An empty message to a recipient that any client may send to. */
  public static final String MESSAGE_TO_RELAY_DOMAIN =
      """
      C: MAIL FROM:<a@example.org>
      S: 250 2.1.0 Ok
      C: RCPT TO:<b@here.test>
      S: 250 2.1.5 Ok
      C: DATA
      S: 354 ...
      C: .
      S: 250 2.0.0 Ok: queued as ...
      """;

  private Transcripts() {}
}
