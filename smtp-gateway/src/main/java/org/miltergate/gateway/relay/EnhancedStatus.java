package org.miltergate.gateway.relay;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.milter.mail.SmtpReply;

/** Finds the enhanced status code (RFC 3463) that a reply begins with. */
public final class EnhancedStatus {
  private static final Pattern AT_START =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?:[ \\t].*)?", Pattern.DOTALL);

  private EnhancedStatus() {}

  /**
   * Returns the status of the first line that has one of the class of the reply code: the code
   * decides.
   */
  static Optional<String> in(SmtpReply reply) {
    char ofCode = Character.forDigit(reply.code() / 100, 10);
    return reply.lines().stream()
        .map(line -> AT_START.matcher(line.toString()))
        .filter(Matcher::matches)
        .map(matcher -> matcher.group(1))
        .filter(status -> status.charAt(0) == ofCode)
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
