package org.miltergate.gateway.relay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.mail.SmtpReply;

/** Finds the enhanced status code (RFC 3463) that a reply begins with. */
final class EnhancedStatus {
  private static final Pattern AT_START =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?:[ \\t].*)?", Pattern.DOTALL);

  private EnhancedStatus() {}

  /** Returns the status, unless there is none or its class is not that of the reply code. */
  static Optional<String> in(SmtpReply reply) {
    Matcher matcher = AT_START.matcher(reply.lines().getFirst().toString());
    boolean found =
        matcher.matches()
            && matcher.group(1).charAt(0) == Character.forDigit(reply.code() / 100, 10);
    return found ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  /** Returns the status, or the one that says no more than the code does. */
  static String of(SmtpReply reply) {
    return in(reply).orElse(reply.code() / 100 + ".0.0");
  }

  /**
   * Tells whether a reply to RCPT says that the transaction has all the recipients it can have:
   * 452, or 552 of old servers (RFC 5321, section 4.5.3.1.10), unless the status names another
   * reason.
   */
  static boolean meansTooManyRecipients(SmtpReply reply) {
    return (reply.code() == 452 || reply.code() == 552)
        && in(reply).map(status -> status.endsWith(".5.3")).orElse(true);
  }
}
