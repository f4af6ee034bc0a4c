package org.miltergate.milter.mail;

import org.miltergate.milter.bytes.Bytes;

/** Replies to the SMTP client where a milter gave no text; the texts are Postfix's. */
public final class StandardReplies {
  /** {@code SMFIR_REJECT}. */
  public static final SmtpReply REJECT = SmtpReply.of(550, "5.7.1 Command rejected");

  /** {@code SMFIR_TEMPFAIL}. */
  public static final SmtpReply TEMPFAIL =
      SmtpReply.of(451, "4.7.1 Service unavailable - try again later");

  /** {@code SMFIR_SHUTDOWN} in reply to an envelope command. */
  public static final SmtpReply SHUTDOWN_ENVELOPE =
      SmtpReply.of(421, "4.7.0 Server closing connection");

  /** {@code SMFIR_SHUTDOWN} in reply to the message content. */
  public static final SmtpReply SHUTDOWN_CONTENT = SmtpReply.of(421, "4.7.0 Service unavailable");

  /** A milter failed whose default action is to reject. */
  public static final SmtpReply FAILURE_REJECT = SmtpReply.of(550, "5.5.0 Service unavailable");

  /** A milter failed whose default action is a temporary failure. */
  public static final SmtpReply FAILURE_TEMPFAIL =
      SmtpReply.of(451, "4.7.1 Service unavailable - try again later");

  /** A milter failed whose default action is to close the connection. */
  public static final SmtpReply FAILURE_SHUTDOWN =
      SmtpReply.of(421, "4.7.1 Service unavailable - try again later");

  /** A local failure, whatever the milters say. */
  public static final SmtpReply LOCAL_FAILURE =
      SmtpReply.of(451, "4.3.0 Mail cannot be processed now - try again later");

  /** A local failure before the client was judged, so nothing that it sends can be judged. */
  public static final SmtpReply LOCAL_FAILURE_SHUTDOWN =
      SmtpReply.of(421, "4.3.0 Mail cannot be processed now - try again later");

  /** A message, or a part of it, cannot be kept or read. */
  public static final SmtpReply NO_STORAGE = SmtpReply.of(452, "4.3.1 Insufficient system storage");

  private StandardReplies() {}

  /** Returns the reply to a message whose header is larger than this side takes. */
  public static SmtpReply headerTooLarge(HeaderTooLargeException.Limit limit) {
    String what =
        switch (limit) {
          case BLOCK -> "message header too big";
          case FIELDS -> "message header has too many fields";
          case FIELD -> "message header field too long";
        };
    return SmtpReply.of(552, "5.3.4 Error: " + what);
  }

  /**
   * Returns the reply to use instead of a {@link MilterReplyText.Malformed} text: {@link #REJECT}
   * if it begins with 5, otherwise {@link #TEMPFAIL}.
   */
  public static SmtpReply inPlaceOf(Bytes malformed) {
    return !malformed.isEmpty() && malformed.at(0) == '5' ? REJECT : TEMPFAIL;
  }

  /** Returns the standard text for a code without text. */
  static Bytes defaultText(int code) {
    SmtpReply reply = code == 421 ? SHUTDOWN_ENVELOPE : code >= 500 ? REJECT : TEMPFAIL;
    return reply.lines().get(0);
  }
}
