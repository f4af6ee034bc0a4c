package org.miltergate.gateway.relay;

import java.util.Objects;
import org.miltergate.milter.mail.SmtpReply;

/** The next hop's answer about a recipient. */
public sealed interface RecipientAnswer {

  /** It accepts mail for the recipient, or is not asked. */
  record Taken() implements RecipientAnswer {}

  /**
   * It refuses the recipient.
   *
   * @param reply for the client: the next hop's own, 4xx or 5xx, never one that closes a connection
   * @param text for the log: who said what to which command
   */
  record Refused(SmtpReply reply, String text) implements RecipientAnswer {
    public Refused {
      Replies.requireRefusal(reply);
      Objects.requireNonNull(text, "text");
    }
  }

  /**
   * It could not be asked.
   *
   * @param reply for the client: 4xx
   * @param cause for the log: what was seen, and where
   */
  record Unavailable(SmtpReply reply, String cause) implements RecipientAnswer {
    public Unavailable {
      Replies.requireRefusal(reply);
      Objects.requireNonNull(cause, "cause");
    }
  }
}
