package org.miltergate.gateway.relay;

import java.io.IOException;
import org.miltergate.milter.mail.SmtpReply;

/** The next hop does not take the message, whoever the recipient. */
public final class MessageRefusedException extends IOException {
  private static final long serialVersionUID = 1;

  private final transient SmtpReply reply;

  /**
   * @param reply for the client, 4xx or 5xx
   * @param message for the log
   */
  public MessageRefusedException(SmtpReply reply, String message) {
    super(message);
    this.reply = reply;
  }

  public SmtpReply reply() {
    return reply;
  }
}
