package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * The result of reading the text of {@code SMFIR_REPLYCODE}.
 *
 * <p>Whatever the milter sent, every line that reaches the SMTP client has its code, an allowed
 * length and no control characters.
 */
public sealed interface MilterReplyText {

  /** Which octets can be sent to the SMTP client. */
  enum Octets {
    /** Others become {@code ?}. */
    ASCII,
    /** For a client that asked for SMTPUTF8; invalid UTF-8 becomes {@code ?}. */
    UTF_8;

    private static final Bytes SMTPUTF8 = Bytes.ofLatin1("SMTPUTF8");

    /**
     * Returns what a client accepts that sent MAIL with these arguments (RFC 6531, section 3.5).
     */
    public static Octets ofSender(List<Bytes> arguments) {
      return arguments.stream().anyMatch(SMTPUTF8::equalsIgnoreAsciiCase) ? UTF_8 : ASCII;
    }
  }

  /** The reply, as the milter wrote it. */
  record Good(SmtpReply reply) implements MilterReplyText {
    public Good {
      Objects.requireNonNull(reply, "reply");
    }
  }

  /**
   * The reply after repair.
   *
   * @param why what was wrong; begins with {@code class-mismatch} if an enhanced status code of
   *     another class was dropped
   */
  record Repaired(SmtpReply reply, String why) implements MilterReplyText {
    public Repaired {
      Objects.requireNonNull(reply, "reply");
      Objects.requireNonNull(why, "why");
    }
  }

  /**
   * The text contains no reply; {@link StandardReplies#inPlaceOf} supplies one.
   *
   * @param error {@code bad-code}, {@code bad-line} or {@code mixed-codes}
   * @param why what was found and what was wanted
   */
  record Malformed(String error, String why) implements MilterReplyText {
    public Malformed {
      Objects.requireNonNull(error, "error");
      Objects.requireNonNull(why, "why");
    }
  }

  /** Reads a text for a client that accepts ASCII only. */
  static MilterReplyText parse(Bytes text) {
    return parse(text, Octets.ASCII);
  }

  /**
   * Reads a text.
   *
   * <p>Each line is a code of 400 to 599, the same in all, then a hyphen or blank, then text. CRLF
   * or LF stands between lines; {@code %%} is one percent sign, and so is {@code %} before anything
   * else. These are repaired: no text at all (the standard text of the class is used), an enhanced
   * status code of another class (dropped), control characters (dropped), lines longer than 512
   * bytes with code and CRLF (cut), more than 100 lines (cut), trailing line ends (removed).
   */
  static MilterReplyText parse(Bytes text, Octets octets) {
    return new ReplyTextParser(octets).parse(text);
  }
}
