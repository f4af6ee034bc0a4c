package org.miltergate.gateway.relay;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.PrintableText;

/** What may be passed on to a client of the next hop's replies. */
public final class Replies {
  private static final int MOST_NAMED = 10;
  private static final int MAX_MAILBOX = 150;
  private static final int MAX_TEXT = 300;

  /** A line has 512 bytes at most (RFC 5321, section 4.5.3.1.5), with its code and line end. */
  static final int MAX_TEXT_BYTES = 512 - "250 ".length() - "\r\n".length();

  private Replies() {}

  /**
   * Returns a reply that a client can read, and that does not close its connection: that the next
   * hop closes its own after a reply does not concern the client.
   */
  public static SmtpReply forClient(SmtpReply reply) {
    int code = reply.code();
    if (reply.closesConnection()) {
      code = reply.isTransientFailure() ? 451 : 554;
    }
    List<Bytes> lines = reply.lines().stream().map(Replies::cut).toList();
    return new SmtpReply(code, lines);
  }

  private static Bytes cut(Bytes line) {
    if (line.length() <= MAX_TEXT_BYTES) {
      return line;
    }
    int end = MAX_TEXT_BYTES;
    while (end > 0 && (line.at(end) & 0xc0) == 0x80) {
      end--; // not within a character
    }
    return Bytes.copyOf(line.toArray(), 0, end);
  }

  /**
   * Tells a client that all recipients have the message but these: with the code of the first
   * refusal, so that the client tells the sender, and does not try again. What it makes of that
   * names all recipients as failed; the text has to say who really is.
   *
   * @param refusals all with 5xx, at least one
   */
  public static SmtpReply partlyDelivered(List<Refusal> refusals) {
    Refusal first = refusals.getFirst();
    List<String> texts = new ArrayList<>();
    refusals.stream().limit(MOST_NAMED).map(Replies::ofOne).forEach(texts::add);
    if (refusals.size() > MOST_NAMED) {
      texts.add("and " + (refusals.size() - MOST_NAMED) + " more");
    }
    texts.add("Delivered to all other recipients, do not send again to them");
    return new SmtpReply(
        forClient(first.reply()).code(),
        texts.stream().map(text -> Bytes.ofLatin1(first.status() + " " + text)).toList());
  }

  private static String ofOne(Refusal refusal) {
    String mailbox = printable(refusal.recipient().mailbox().toUtf8String(), MAX_MAILBOX);
    return "<%s>: %s".formatted(mailbox, printable(refusal.reply().toString(), MAX_TEXT));
  }

  /** A reply has printable ASCII, in lines of at most 512 bytes (RFC 5321, section 4.5.3.1.5). */
  private static String printable(String text, int most) {
    String printable = PrintableText.ascii(text);
    return printable.substring(0, Math.min(printable.length(), most));
  }

  static void requireRefusal(SmtpReply reply) {
    if (!reply.isTransientFailure() && !reply.isPermanentFailure() || reply.closesConnection()) {
      throw new IllegalArgumentException(
          "reply must be 4xx or 5xx and not close the connection, was " + reply.code());
    }
  }
}
