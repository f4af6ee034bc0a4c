package org.miltergate.milter.text;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The enhanced status code that a line of an SMTP reply may begin with, such as {@code 5.7.1}.
 *
 * <p>Immutable and thread-safe.
 *
 * @param code with its two dots
 * @param length of the line that the code and the blanks after it take
 * @see "RFC 3463, section 2; RFC 2034, section 4"
 */
public record EnhancedStatus(String code, int length) {
  private static final Pattern AT_START =
      Pattern.compile("([245]\\.[0-9]{1,3}\\.[0-9]{1,3})(?:[ \\t]+|\\z)");

  /**
   * Finds the code at the start of a line.
   *
   * @param line without the reply code and its separator
   */
  public static Optional<EnhancedStatus> at(CharSequence line) {
    Matcher matcher = AT_START.matcher(line);
    return matcher.lookingAt()
        ? Optional.of(new EnhancedStatus(matcher.group(1), matcher.end()))
        : Optional.empty();
  }

  /** Returns whether the class of the code is the first digit of a reply code, as it must be. */
  public boolean belongsTo(int replyCode) {
    return code.charAt(0) - '0' == replyCode / 100;
  }
}
