package org.miltergate.config.policy;

import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.milter.mail.SmtpReply;

/**
 * A recipient that nobody may send to.
 *
 * @param recipient the mailbox, or all of a domain
 * @param reply what the SMTP client gets: 4xx or 5xx, one line of printable ASCII, no longer than
 *     RFC 5321, section 4.5.3.1.5 allows; default {@code 550 5.1.1 User unknown}
 */
public record RefusedRecipient(RecipientPattern recipient, SmtpReply reply) {
  private static final Pattern FORM =
      Pattern.compile(
          "(?<code>[45][0-5][0-9]) (?<text>(?:(?<class>[245])\\.[0-9]{1,3}\\.[0-9]{1,3} )?.+)");

  private static final int MAX_REPLY_CHARS = 510;

  public RefusedRecipient {
    Objects.requireNonNull(recipient, "recipient");
    checkReply(reply);
  }

  public static RefusedRecipient of(RecipientPattern recipient) {
    return new RefusedRecipient(recipient, SmtpReply.of(550, "5.1.1 User unknown"));
  }

  public RefusedRecipient withRecipient(RecipientPattern value) {
    return new RefusedRecipient(value, reply);
  }

  public RefusedRecipient withReply(SmtpReply value) {
    return new RefusedRecipient(recipient, value);
  }

  /**
   * Reads a reply such as {@code 550 5.1.1 User unknown}; the enhanced status code may be missing.
   *
   * @throws IllegalArgumentException if the text is no such reply
   */
  public static SmtpReply parseReply(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches() || !isPrintable(text) || text.length() > MAX_REPLY_CHARS) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is no refusal; write one line of ASCII with a code from 400 to 559, such as"
              + " 550 5.1.1 User unknown");
    }
    String enhanced = form.group("class");
    if (enhanced != null && enhanced.charAt(0) != text.charAt(0)) {
      throw new IllegalArgumentException(
          "'%s' has two meanings; code and enhanced status code must begin with the same digit"
              .formatted(text));
    }
    return SmtpReply.of(Integer.parseInt(form.group("code")), form.group("text"));
  }

  private static void checkReply(SmtpReply reply) {
    try {
      parseReply(reply.toString());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException("reply", String.valueOf(e.getMessage()));
    }
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(c -> c >= ' ' && c <= '~');
  }
}
