package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Tells what the text of {@code SMFIR_REPLYCODE} is worth.
 *
 * <p>Whatever the milter sent, no line gets into the SMTP dialogue that has not its code, a sound
 * length and no control character.
 */
public sealed interface MilterReplyText {

  /** Which octets the SMTP client can be sent. */
  enum Octets {
    /** Others become {@code ?}. */
    ASCII,
    /** For a client that asked for SMTPUTF8; what is not UTF-8 becomes {@code ?}. */
    UTF_8;

    private static final Bytes SMTPUTF8 = Bytes.ofLatin1("SMTPUTF8");

    /**
     * Returns what a client takes that sends a message with these arguments of MAIL (RFC 6531,
     * section 3.5).
     */
    public static Octets ofSender(List<Bytes> arguments) {
      return arguments.stream().anyMatch(SMTPUTF8::equalsIgnoreAsciiCase) ? UTF_8 : ASCII;
    }
  }

  /** The reply is as the milter wrote it. */
  record Good(SmtpReply reply) implements MilterReplyText {
    public Good {
      Objects.requireNonNull(reply, "reply");
    }
  }

  /**
   * The reply is what could be made of it.
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
   * There is no reply in it; {@link StandardReplies#inPlaceOf} has one.
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

  /** Reads a text for a client that takes ASCII only. */
  static MilterReplyText parse(Bytes text) {
    return parse(text, Octets.ASCII);
  }

  /**
   * Reads a text.
   *
   * <p>Each line is a code of 400 to 599, the same in all, then a hyphen or blank, then text. CRLF
   * or LF stands between lines; {@code %%} is one percent sign, and so is {@code %} before anything
   * else. Repaired are: no text at all (the text of the class is put in), an enhanced status code
   * of another class (dropped), control characters (dropped), lines above 512 bytes with code and
   * CRLF (cut), more than 100 lines (cut), line ends at the end (removed).
   */
  static MilterReplyText parse(Bytes text, Octets octets) {
    return new ReplyTextParser(octets).parse(text);
  }
}
