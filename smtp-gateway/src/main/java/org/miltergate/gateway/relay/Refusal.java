package org.miltergate.gateway.relay;

import java.util.Objects;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;

/**
 * A recipient that the next hop refused.
 *
 * @param relay {@code host[address]:port} of the next hop
 * @param reply what it said, 4xx or 5xx
 * @param text for the log: who said what to which command
 */
public record Refusal(Recipient recipient, String relay, SmtpReply reply, String text) {
  public Refusal {
    Objects.requireNonNull(recipient, "recipient");
    Objects.requireNonNull(relay, "relay");
    Objects.requireNonNull(reply, "reply");
    Objects.requireNonNull(text, "text");
  }

  /** Returns the enhanced status code (RFC 3463) of the reply, or one that says no more than it. */
  public String status() {
    return ReplyStatus.of(reply);
  }
}
