package org.miltergate.gateway.smtp.syntax;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.dsn.SenderDsn;
import org.miltergate.milter.dsn.Xtext;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.text.Utf8;

/**
 * What a MAIL command says.
 *
 * @param shown to milters: the address as it was written
 * @param sender for the next hop
 * @param declaredBytes the SIZE argument; 0 if there is none
 * @param smtpUtf8 whether SMTPUTF8 was given
 * @param author the AUTH argument as it came, in xtext; empty if there is none, or {@code <>}
 */
public record MailArguments(
    MailPath path,
    Sender shown,
    Sender sender,
    long declaredBytes,
    boolean smtpUtf8,
    Optional<String> author) {
  private static final Bytes KEYWORD = Bytes.ofLatin1("FROM:");
  private static final int MAX_SIZE_DIGITS = 20;

  /**
   * Reads what follows {@code MAIL}.
   *
   * @throws SyntaxException with the reply, if it cannot be honoured
   */
  public static MailArguments parse(Bytes argument, EnvelopeRules rules) throws SyntaxException {
    Bytes text =
        behindKeyword(argument, KEYWORD)
            .orElseThrow(() -> new SyntaxException(501, "5.5.4 Syntax: MAIL FROM:<address>"));
    PathParser.Parsed parsed =
        PathParser.parse(text, rules.syntax())
            .filter(found -> isUtf8(found.path()))
            .orElseThrow(() -> new SyntaxException(501, "5.1.7 Bad sender address syntax"));
    rules.requireShort(parsed.path(), "5.1.7");
    List<EsmtpArgument> arguments = EsmtpArgument.split(parsed.rest());
    rules.requireShort(arguments);
    long declaredBytes = 0;
    boolean smtpUtf8 = false;
    Optional<String> author = Optional.empty();
    for (EsmtpArgument esmtp : arguments) {
      rules.requireOffered(extension(esmtp), esmtp);
      switch (esmtp.keyword()) {
        case "SIZE" -> declaredBytes = size(esmtp);
        case "SMTPUTF8" -> {
          esmtp.requireNoValue();
          smtpUtf8 = true;
        }
        case "AUTH" -> author = author(esmtp);
        default -> check(esmtp);
      }
    }
    requireUtf8Declared(parsed.path(), smtpUtf8);
    List<Bytes> words = arguments.stream().map(EsmtpArgument::asWritten).toList();
    return new MailArguments(
        parsed.path(),
        new Sender(parsed.path().asWritten(), words),
        new Sender(parsed.path().sent(), words),
        declaredBytes,
        smtpUtf8,
        author);
  }

  /** Returns the keyword by which EHLO offers the argument. */
  private static String extension(EsmtpArgument argument) throws SyntaxException {
    return switch (argument.keyword()) {
      case "SIZE", "SMTPUTF8", "AUTH", "REQUIRETLS" -> argument.keyword();
      case "BODY" -> "8BITMIME";
      case "RET", "ENVID" -> "DSN";
      default -> throw argument.unsupported();
    };
  }

  private static void check(EsmtpArgument argument) throws SyntaxException {
    switch (argument.keyword()) {
      case "BODY" -> checkBody(argument);
      case "RET" -> argument.require(SenderDsn.returned(argument.valueBytes()));
      case "ENVID" -> argument.require(SenderDsn.envelopeId(argument.valueBytes()));
      case "REQUIRETLS" -> argument.requireNoValue();
      default -> throw argument.unsupported();
    }
  }

  private static Optional<String> author(EsmtpArgument argument) throws SyntaxException {
    if (argument.value().isEmpty() || Xtext.decode(argument.valueBytes()).isEmpty()) {
      throw argument.malformed();
    }
    return Optional.of(argument.value()).filter(xtext -> !xtext.equals("<>"));
  }

  /** Returns what follows {@code FROM:} or {@code TO:}, in upper or lower case. */
  static Optional<Bytes> behindKeyword(Bytes argument, Bytes keyword) {
    int length = keyword.length();
    boolean found =
        argument.length() >= length && argument.slice(0, length).equalsIgnoreAsciiCase(keyword);
    return found ? Optional.of(argument.slice(length)) : Optional.empty();
  }

  static boolean isUtf8(MailPath path) {
    return Utf8.isValid(path.asWritten().toArray());
  }

  /** RFC 6531 3.4 has no address with other than ASCII in a message that does not declare it. */
  static void requireUtf8Declared(MailPath path, boolean declared) throws SyntaxException {
    if (!declared && !path.isAscii()) {
      throw new SyntaxException(553, "5.6.7 Address needs SMTPUTF8, which MAIL did not declare");
    }
  }

  private static long size(EsmtpArgument argument) throws SyntaxException {
    String digits = argument.value();
    boolean wellFormed =
        !digits.isEmpty()
            && digits.length() <= MAX_SIZE_DIGITS
            && digits.chars().allMatch(c -> c >= '0' && c <= '9');
    if (!wellFormed) {
      throw new SyntaxException(501, "5.5.4 Bad message size syntax");
    }
    try {
      return Long.parseLong(digits);
    } catch (NumberFormatException e) {
      return Long.MAX_VALUE; // 20 digits that are no long: above every limit
    }
  }

  private static void checkBody(EsmtpArgument argument) throws SyntaxException {
    switch (argument.value().toUpperCase(Locale.ROOT)) {
      case "7BIT", "8BITMIME" -> {}
      default -> throw argument.unsupported();
    }
  }
}
