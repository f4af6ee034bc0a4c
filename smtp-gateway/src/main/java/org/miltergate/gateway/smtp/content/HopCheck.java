package org.miltergate.gateway.smtp.content;

import java.util.Optional;
import java.util.regex.Pattern;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.SmtpReply;

/**
 * Refuses messages in a loop: with too many {@code Received} fields, or too many of our own.
 *
 * <p>Immutable and thread-safe.
 *
 * @see "postfix src/cleanup/cleanup_message.c, cleanup_header_callback"
 */
public final class HopCheck {
  private static final Bytes RECEIVED = Bytes.ofLatin1("Received");
  private static final SmtpReply TOO_MANY_HOPS = SmtpReply.of(554, "5.4.0 Error: too many hops");
  private static final SmtpReply LOOP = SmtpReply.of(554, "5.4.6 Error: mail loops back to myself");

  private final int hops;
  private final int ownHops;
  private final Pattern own;

  /**
   * @param hops the number of {@code Received} fields, including ours, that is too many
   * @param ownHops how often a message may have passed this gateway before
   */
  public HopCheck(String hostname, int hops, int ownHops) {
    this.hops = hops;
    this.ownHops = ownHops;
    this.own =
        Pattern.compile(
            "\\sby\\s+" + Pattern.quote(hostname) + "\\s+\\(Miltergate\\)",
            Pattern.CASE_INSENSITIVE);
  }

  /** Returns the refusal of a message with this header, as the client sent it. */
  public Optional<SmtpReply> check(HeaderBlock header) {
    int received = 1;
    int ours = 0;
    for (HeaderField field : header.fields()) {
      if (field.isNamed(RECEIVED)) {
        received++;
        if (own.matcher(field.raw().toString()).find()) {
          ours++;
        }
      }
    }
    if (ours > ownHops) {
      return Optional.of(LOOP);
    }
    return received >= hops ? Optional.of(TOO_MANY_HOPS) : Optional.empty();
  }
}
