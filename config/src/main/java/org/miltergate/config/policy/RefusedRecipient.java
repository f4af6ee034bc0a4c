package org.miltergate.config.policy;

import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.miltergate.config.setting.InvalidSettingException;
import org.miltergate.config.setting.RecordForm;
import org.miltergate.config.setting.Rows;
import org.miltergate.config.setting.Setting;
import org.miltergate.config.setting.Settings;
import org.miltergate.config.setting.ShortForm;
import org.miltergate.config.setting.TextForm;
import org.miltergate.config.setting.Values;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.EnhancedStatus;
import org.miltergate.milter.text.PrintableText;

/**
 * A recipient that nobody may send to.
 *
 * <p>Immutable and thread-safe.
 */
public record RefusedRecipient(Values<RefusedRecipient> values)
    implements Settings<RefusedRecipient> {
  private static final Pattern REPLY_FORM = Pattern.compile("(?<code>[45][0-5][0-9]) (?<text>.+)");

  private static final int MAX_REPLY_CHARS = 510;

  private static final TextForm<RecipientPattern> PATTERN =
      TextForm.of(
          "a recipient, such as user@example.org, user@ or example.org", RecipientPattern::parse);

  private static final Rows<RefusedRecipient> ROWS = new Rows<>();

  public static final Setting<RefusedRecipient, RecipientPattern> RECIPIENT =
      ROWS.add("recipient", PATTERN, RecipientPattern.parse("nobody@example.org"))
          .required()
          .means("the mailbox, the local part at every domain (user@), or all of a domain");

  /**
   * What the SMTP client gets: 4xx or 5xx, one line of printable ASCII, no longer than RFC 5321,
   * section 4.5.3.1.5 allows.
   */
  public static final Setting<RefusedRecipient, SmtpReply> REPLY =
      ROWS.add(
              "reply",
              TextForm.of("a reply, such as 550 5.1.1 User unknown", RefusedRecipient::parseReply),
              SmtpReply.of(550, "5.1.1 User unknown"))
          .checked(RefusedRecipient::requireReply)
          .means("4xx or 5xx, one line of ASCII");

  private static final RefusedRecipient ANY = ROWS.table(RefusedRecipient::new).defaults();

  /** The recipient alone, or a mapping. */
  static final ShortForm<RefusedRecipient> FORM =
      new ShortForm<>(
          TextForm.of(
              PATTERN.wanted(),
              text -> of(RecipientPattern.parse(text)),
              refused -> refused.recipient().toString()),
          RecordForm.of(ANY));

  public static RefusedRecipient of(RecipientPattern recipient) {
    return ANY.with(RECIPIENT, recipient);
  }

  public static RefusedRecipient of(RecipientPattern recipient, SmtpReply reply) {
    return of(recipient).with(REPLY, reply);
  }

  public RecipientPattern recipient() {
    return get(RECIPIENT);
  }

  public SmtpReply reply() {
    return get(REPLY);
  }

  /**
   * Reads a reply such as {@code 550 5.1.1 User unknown}; the enhanced status code may be missing.
   *
   * @throws IllegalArgumentException if the text is not such a reply
   */
  public static SmtpReply parseReply(String text) {
    Matcher form = REPLY_FORM.matcher(text);
    if (!form.matches() || !isPrintable(text) || text.length() > MAX_REPLY_CHARS) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is not a refusal; write one line of ASCII with a code from 400 to 559, such as"
              + " 550 5.1.1 User unknown");
    }
    int code = Integer.parseInt(form.group("code"));
    if (EnhancedStatus.at(form.group("text"))
        .filter(status -> !status.belongsTo(code))
        .isPresent()) {
      throw new IllegalArgumentException(
          "'%s' has two meanings; code and enhanced status code must begin with the same digit"
              .formatted(text));
    }
    return SmtpReply.of(code, form.group("text"));
  }

  private static SmtpReply requireReply(String key, SmtpReply reply) {
    try {
      parseReply(reply.toString());
    } catch (IllegalArgumentException e) {
      throw new InvalidSettingException(key, String.valueOf(e.getMessage()));
    }
    return reply;
  }

  private static boolean isPrintable(String text) {
    return text.chars().allMatch(PrintableText::isPrintableAscii);
  }
}
