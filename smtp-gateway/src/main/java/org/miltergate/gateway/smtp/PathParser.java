package org.miltergate.gateway.smtp;

import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads the address and the words behind it of {@code MAIL FROM:} and {@code RCPT TO:}.
 *
 * <p>As lenient as Postfix: brackets may be missing, blanks may stand behind the colon, dots may
 * stand anywhere in a local part. Not lenient where two servers might read an address in two ways:
 * control characters, unquoted specials and unpaired quotes or brackets are refused.
 *
 * @see "RFC 5321 4.1.2, RFC 6531 3.3"
 */
final class PathParser {
  private static final int MAX_DOMAIN_BYTES = 255;
  private static final String SPECIALS = "()<>[]:;,\\\"";

  private final Bytes text;
  private int at;

  private PathParser(Bytes text, int at) {
    this.text = text;
    this.at = at;
  }

  /**
   * An address and what stands behind it.
   *
   * @param rest begins behind the address, with the white space there
   */
  record Parsed(MailPath path, Bytes rest) {}

  /** Reads the address at the begin of {@code text}; empty if its form is wrong. */
  static Optional<Parsed> parse(Bytes text) {
    PathParser parser = new PathParser(text, 0);
    parser.skipBlanks();
    return parser.path();
  }

  private Optional<Parsed> path() {
    boolean bracketed = peek() == '<';
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
      return AddressLiteral.isValid(text.slice(start + 1, end).toString());
    }
    boolean labelIsEmpty = true;
    while (isDomainByte(peek())) {
      if (peek() == '.') {
        if (labelIsEmpty) {
          return false;
        }
        labelIsEmpty = true;
      } else {
        labelIsEmpty = false;
      }
      at++;
    }
    return at > start && at - start <= MAX_DOMAIN_BYTES && text.at(start) != '-';
  }

  private void skipBlanks() {
    while (isBlank(peek())) {
      at++;
    }
  }

  /** Returns the byte at hand, 0 to 255, or -1 behind the last. */
  private int peek() {
    return at < text.length() ? text.at(at) & 0xff : -1;
  }

  private static boolean isAtom(int value) {
    return value > ' ' && value != 0x7f && value != '@' && SPECIALS.indexOf(value) < 0;
  }

  private static boolean isDomainByte(int value) {
    return value >= 'a' && value <= 'z'
        || value >= 'A' && value <= 'Z'
        || value >= '0' && value <= '9'
        || value == '.'
        || value == '-'
        || value == '_'
        || value > 0x7f;
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
