package org.miltergate.gateway.smtp.syntax;

import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.Notify;
import org.miltergate.milter.dsn.OriginalRecipient;
import org.miltergate.milter.mail.Recipient;

/**
 * What a RCPT command says.
 *
 * @param shown to milters: the address as it was written
 * @param recipient for the next hop
 */
public record RcptArguments(MailPath path, Recipient shown, Recipient recipient) {
  private static final Bytes KEYWORD = Bytes.ofLatin1("TO:");

  /**
   * Reads what follows {@code RCPT}.
   *
   * @param smtpUtf8 whether MAIL declared it
   * @throws SyntaxException with the reply, if it cannot be honoured
   */
  public static RcptArguments parse(Bytes argument, EnvelopeRules rules, boolean smtpUtf8)
      throws SyntaxException {
    Bytes text =
        MailArguments.behindKeyword(argument, KEYWORD)
            .orElseThrow(() -> new SyntaxException(501, "5.5.4 Syntax: RCPT TO:<address>"));
    PathParser.Parsed parsed =
        PathParser.parse(text, rules.syntax())
            .filter(found -> !found.path().isNull() && MailArguments.isUtf8(found.path()))
            .orElseThrow(() -> new SyntaxException(501, "5.1.3 Bad recipient address syntax"));
    rules.requireShort(parsed.path(), "5.1.3");
    List<EsmtpArgument> arguments = EsmtpArgument.split(parsed.rest());
    rules.requireShort(arguments);
    for (EsmtpArgument esmtp : arguments) {
      check(esmtp, rules, smtpUtf8);
    }
    MailArguments.requireUtf8Declared(parsed.path(), smtpUtf8);
    List<Bytes> words = arguments.stream().map(EsmtpArgument::asWritten).toList();
    return new RcptArguments(
        parsed.path(),
        new Recipient(parsed.path().asWritten(), words),
        new Recipient(parsed.path().sent(), words.stream().map(RcptArguments::alone).toList()));
  }

  private static void check(EsmtpArgument esmtp, EnvelopeRules rules, boolean smtpUtf8)
      throws SyntaxException {
    switch (esmtp.keyword()) {
      case "NOTIFY" -> {
        rules.requireOffered("DSN", esmtp);
        esmtp.require(Notify.parse(esmtp.valueBytes()));
      }
      case "ORCPT" -> {
        rules.requireOffered("DSN", esmtp);
        esmtp.require(
            OriginalRecipient.parse(esmtp.valueBytes())
                .filter(original -> smtpUtf8 || esmtp.isAscii()));
      }
      default -> throw esmtp.unsupported();
    }
  }

  /** Copies what is kept, so that it does not keep the whole line. */
  private static Bytes alone(Bytes word) {
    return Bytes.copyOf(word.toArray());
  }

  /** Returns how much of an envelope the recipient takes. */
  public int bytes() {
    return recipient.path().length() + recipient.arguments().stream().mapToInt(Bytes::length).sum();
  }
}
