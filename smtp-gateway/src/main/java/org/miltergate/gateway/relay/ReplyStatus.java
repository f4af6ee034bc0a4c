package org.miltergate.gateway.relay;

import java.util.Optional;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.EnhancedStatus;

/** What the enhanced status code of a reply says. */
public final class ReplyStatus {
  private ReplyStatus() {}

  /**
   * Returns the status of the first line that has one of the class of the reply code: the code
   * decides.
   */
  static Optional<String> in(SmtpReply reply) {
    return reply.lines().stream()
        .map(line -> EnhancedStatus.at(line.toString()))
        .flatMap(Optional::stream)
        .filter(status -> status.belongsTo(reply.code()))
        .map(EnhancedStatus::code)
        .findFirst();
  }

  /** Returns the status, or the one that says no more than the code does. */
  public static String of(SmtpReply reply) {
    return in(reply).orElse(reply.code() / 100 + ".0.0");
  }

  /**
   * Returns whether a reply to RCPT says that the transaction has all the recipients it can have:
   * 452, or 552 of old servers (RFC 5321, section 4.5.3.1.10), unless the status names another
   * reason.
   */
  public static boolean meansTooManyRecipients(SmtpReply reply) {
    return (reply.code() == 452 || reply.code() == 552)
        && in(reply).map(status -> status.endsWith(".5.3")).orElse(true);
  }
}
