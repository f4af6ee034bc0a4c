package org.miltergate.gateway.smtp.syntax;

import java.util.Optional;
import org.miltergate.address.HostNames;
import org.miltergate.config.policy.AddressSyntax;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads the address and the arguments after it in {@code MAIL FROM:} and {@code RCPT TO:}.
 *
 * <p>{@link AddressSyntax#AS_POSTFIX} is as lenient as Postfix: brackets may be missing, blanks may
 * follow the colon, dots may be anywhere in a local part, which may have any length. It is not
 * lenient where two servers might read an address differently: control characters, unquoted
 * specials and unpaired quotes or brackets are refused. {@link AddressSyntax#STRICT} is the grammar
 * of RFC 5321 and its limits, with UTF-8 where RFC 6531 has it.
 *
 * @see "RFC 5321 4.1.2, RFC 6531 3.3"
 */
public final class PathParser {
  private static final int MAX_LOCAL_PART_BYTES = 64;
  private static final int MAX_PATH_BYTES = 256;
  private static final String SPECIALS = "()<>[]:;,\\\"";

  private final Bytes text;
  private final boolean strict;
  private final AddressSyntax syntax;
  private int at;

  private PathParser(Bytes text, AddressSyntax syntax) {
    this.text = text;
    this.syntax = syntax;
    this.strict = syntax == AddressSyntax.STRICT;
  }

  /**
   * An address and what follows it.
   *
   * @param rest begins after the address, with the white space there
   */
  public record Parsed(MailPath path, Bytes rest) {}

  /** Reads the address at the beginning of {@code text}; empty if its form is wrong. */
  public static Optional<Parsed> parse(Bytes text, AddressSyntax syntax) {
    PathParser parser = new PathParser(text, syntax);
    if (!parser.strict) {
      parser.skipBlanks();
    }
    return parser.path().filter(parsed -> !parser.strict || isWithinLimits(parsed.path()));
  }

  private static boolean isWithinLimits(MailPath path) {
    return path.localPart().length() <= MAX_LOCAL_PART_BYTES
        && path.asWritten().length() <= MAX_PATH_BYTES
        && (!path.domain().isEmpty() || path.isNull() || path.isPostmaster());
  }

  private Optional<Parsed> path() {
    boolean bracketed = peek() == '<';
    if (strict && !bracketed) {
      return Optional.empty();
    }
    int start = at;
    if (bracketed) {
      at++;
    }
    int mailboxStart = at;
    if (peek() == '@') {
      if (!skipRoute()) {
        return Optional.empty();
      }
      mailboxStart = at;
    }
    Optional<MailPath> path = mailbox(bracketed, start, mailboxStart);
    boolean delimited = at == text.length() || isBlank(peek());
    return path.filter(parsed -> delimited).map(parsed -> new Parsed(parsed, text.slice(at)));
  }

  private Optional<MailPath> mailbox(boolean bracketed, int start, int mailboxStart) {
    if (bracketed && peek() == '>') {
      at++;
      return mailboxStart == start + 1 ? Optional.of(MailPath.NULL) : Optional.empty();
    }
    if (!skipLocalPart()) {
      return Optional.empty();
    }
    Bytes localPart = text.slice(mailboxStart, at);
    Bytes domain = Bytes.EMPTY;
    if (peek() == '@') {
      int domainStart = ++at;
      if (!skipDomain()) {
        return Optional.empty();
      }
      domain = withoutFinalDot(text.slice(domainStart, at));
    }
    Bytes mailbox = text.slice(mailboxStart, at);
    if (!bracketed) {
      return Optional.of(new MailPath(mailbox, localPart, domain));
    }
    if (peek() != '>') {
      return Optional.empty();
    }
    at++;
    boolean routed = mailboxStart > start + 1;
    Bytes asWritten =
        routed
            ? Bytes.ofLatin1("<").concat(mailbox).concat(Bytes.ofLatin1(">"))
            : text.slice(start, at);
    return Optional.of(new MailPath(asWritten, localPart, domain));
  }

  /** Skips {@code @one,@two:}. */
  private boolean skipRoute() {
    while (true) {
      at++;
      if (!skipDomain()) {
        return false;
      }
      if (peek() == ':') {
        at++;
        return true;
      }
      if (peek() != ',') {
        return false;
      }
      at++;
      if (peek() != '@') {
        return false;
      }
    }
  }

  private boolean skipLocalPart() {
    int start = at;
    if (strict) {
      return peek() == '"' ? skipQuoted() : skipDotString();
    }
    while (true) {
      int value = peek();
      if (value == '"') {
        if (!skipQuoted()) {
          return false;
        }
      } else if (isAtom(value)) {
        at++;
      } else {
        return at > start;
      }
    }
  }

  /** Skips atoms with single dots between them. */
  private boolean skipDotString() {
    boolean atomIsEmpty = true;
    while (isAtom(peek())) {
      if (peek() == '.' && atomIsEmpty) {
        return false;
      }
      atomIsEmpty = peek() == '.';
      at++;
    }
    return !atomIsEmpty;
  }

  private boolean skipQuoted() {
    at++;
    while (true) {
      int value = peek();
      if (value < 0 || isControl(value)) {
        return false;
      }
      at++;
      if (value == '"') {
        return true;
      }
      if (value == '\\') {
        if (peek() < 0 || isControl(peek())) {
          return false;
        }
        at++;
      }
    }
  }

  private boolean skipDomain() {
    int start = at;
    if (peek() == '[') {
      int end = text.indexOf(']', at);
      if (end < 0) {
        return false;
      }
      at = end + 1;
      String literal = text.slice(start + 1, end).toString();
      return AddressLiteral.isValid(literal) || strict && AddressLiteral.isGeneral(literal);
    }
    while (isDomainByte(peek())) {
      at++;
    }
    Bytes name = text.slice(start, at);
    return !name.isEmpty() && DomainName.isValid(strict ? name : withoutFinalDot(name), syntax);
  }

  private void skipBlanks() {
    while (isBlank(peek())) {
      at++;
    }
  }

  /** Returns the current byte, 0 to 255, or -1 after the last. */
  private int peek() {
    return at < text.length() ? text.at(at) & 0xff : -1;
  }

  private static boolean isAtom(int value) {
    return value > ' ' && value != 0x7f && value != '@' && SPECIALS.indexOf(value) < 0;
  }

  private static boolean isDomainByte(int value) {
    return HostNames.isLetterDigitHyphen(value) || value == '.' || value == '_' || value > 0x7f;
  }

  private static boolean isControl(int value) {
    return value < ' ' || value == 0x7f;
  }

  private static boolean isBlank(int value) {
    return value == ' ' || value == '\t';
  }

  private static Bytes withoutFinalDot(Bytes domain) {
    int last = domain.length() - 1;
    return domain.at(last) == '.' ? domain.slice(0, last) : domain;
  }
}
