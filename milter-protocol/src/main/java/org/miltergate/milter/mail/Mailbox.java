package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.Utf8;

/**
 * Compares, checks and writes the addresses of an envelope, with or without angle brackets.
 *
 * <p>Domains are compared as bytes; code that does DNS lookups needs more knowledge of them.
 */
public final class Mailbox {
  private static final int MAX_BYTES = 1000;

  /** Characters not allowed in an atom, besides control characters, blanks and the dot. */
  private static final String SPECIALS = "()<>[]:;@\\,\"";

  private Mailbox() {}

  /** Returns the address without the angle brackets around it. */
  public static Bytes withoutBrackets(Bytes path) {
    int last = path.length() - 1;
    return last > 0 && path.at(0) == '<' && path.at(last) == '>' ? path.slice(1, last) : path;
  }

  /** Returns the address in angle brackets, added if there are none. */
  public static Bytes angle(Bytes path) {
    int last = path.length() - 1;
    return last > 0 && path.at(0) == '<' && path.at(last) == '>'
        ? path
        : Bytes.ofLatin1("<").concat(path).concat(Bytes.ofLatin1(">"));
  }

  /**
   * Returns the address as it is sent: in angle brackets, without a source route and without a dot
   * at the end of the domain, the local part in quotes only if it is not a dot-string.
   *
   * <p>{@code a..b@c.} becomes {@code <"a..b"@c>}, and {@code "a"@c} becomes {@code <a@c>}.
   *
   * @see "RFC 5321 4.1.2; postfix src/global/quote_821_local.c, src/trivial-rewrite/rewrite.c"
   */
  public static Bytes sent(Bytes path) {
    Bytes mailbox = withoutRoute(withoutBrackets(path));
    if (mailbox.isEmpty()) {
      return angle(mailbox);
    }
    int at = lastAt(mailbox);
    return angle(quoted(unquoted(mailbox.slice(0, at))).concat(domainWithAt(mailbox, at)));
  }

  /**
   * Returns the local part without quotes and backslashes, that is, its meaning rather than its
   * spelling.
   *
   * @param localPart as written in an address
   */
  public static Bytes unquoted(Bytes localPart) {
    if (localPart.indexOf('"', 0) < 0 && localPart.indexOf('\\', 0) < 0) {
      return localPart;
    }
    ByteArrayOutputStream plain = new ByteArrayOutputStream(localPart.length());
    for (int i = 0; i < localPart.length(); i++) {
      if (localPart.at(i) == '\\' && i + 1 < localPart.length()) {
        i++;
        plain.write(localPart.at(i));
      } else if (localPart.at(i) != '"') {
        plain.write(localPart.at(i));
      }
    }
    return Bytes.copyOf(plain.toByteArray());
  }

  private static Bytes quoted(Bytes plain) {
    if (isDotString(plain)) {
      return plain;
    }
    ByteArrayOutputStream quoted = new ByteArrayOutputStream(plain.length() + 2);
    quoted.write('"');
    for (int i = 0; i < plain.length(); i++) {
      if (plain.at(i) == '"' || plain.at(i) == '\\') {
        quoted.write('\\');
      }
      quoted.write(plain.at(i));
    }
    quoted.write('"');
    return Bytes.copyOf(quoted.toByteArray());
  }

  /**
   * Returns whether the text is a dot-string: atoms with single dots between them, in which UTF-8
   * is allowed.
   */
  private static boolean isDotString(Bytes plain) {
    boolean atomIsEmpty = true;
    for (int i = 0; i < plain.length(); i++) {
      int value = plain.at(i);
      boolean special =
          value >= 0 && (value <= ' ' || value == 0x7f || SPECIALS.indexOf(value) >= 0);
      if (special || value == '.' && atomIsEmpty) {
        return false;
      }
      atomIsEmpty = value == '.';
    }
    return !atomIsEmpty;
  }

  /** Returns the domain with the at sign before it, without a dot at its end; may be empty. */
  private static Bytes domainWithAt(Bytes mailbox, int at) {
    int end = mailbox.length();
    boolean dot = end - at > 2 && mailbox.at(end - 1) == '.' && mailbox.at(end - 2) != '.';
    return mailbox.slice(at, dot ? end - 1 : end);
  }

  /**
   * Returns the domain as written, without a dot at its end; empty for {@code <>} and for an
   * address without a domain.
   *
   * @param path with or without angle brackets
   */
  public static Bytes domain(Bytes path) {
    Bytes mailbox = withoutBrackets(path);
    Bytes domain = domainWithAt(mailbox, lastAt(mailbox));
    return domain.isEmpty() ? domain : domain.slice(1);
  }

  private static Bytes withoutRoute(Bytes mailbox) {
    int colon = mailbox.indexOf(':', 0);
    boolean routed = colon > 0 && mailbox.at(0) == '@';
    return routed ? mailbox.slice(colon + 1) : mailbox;
  }

  /**
   * Returns whether both are the same mailbox: local parts are compared with regard to case but not
   * to quotes, domains without regard to case or to a dot at the end. Angle brackets do not matter.
   */
  public static boolean same(Bytes one, Bytes other) {
    return normalized(one).equals(normalized(other));
  }

  /** Returns a form that is equal for the {@linkplain #same same} mailboxes, for use as a key. */
  public static Bytes normalized(Bytes path) {
    Bytes mailbox = withoutRoute(withoutBrackets(path));
    int at = lastAt(mailbox);
    byte[] domain = domainWithAt(mailbox, at).toArray();
    for (int i = 0; i < domain.length; i++) {
      if (domain[i] >= 'A' && domain[i] <= 'Z') {
        domain[i] = (byte) (domain[i] + 'a' - 'A');
      }
    }
    // Quoted again, so that the local part "a@b" without a domain differs from a at b.
    return quoted(unquoted(mailbox.slice(0, at))).concat(Bytes.copyOf(domain));
  }

  /** Returns the index of the at sign before the domain, or the length if there is no domain. */
  private static int lastAt(Bytes mailbox) {
    int last = mailbox.length();
    boolean inQuotes = false;
    for (int i = 0; i < mailbox.length(); i++) {
      switch (mailbox.at(i)) {
        case '\\' -> i++;
        case '"' -> inQuotes = !inQuotes;
        case '@' -> last = inQuotes ? last : i;
        default -> {}
      }
    }
    return last;
  }

  /**
   * Returns what is wrong with an address from a milter, if anything: more than 1000 bytes, control
   * characters, invalid UTF-8, white space, comma or angle bracket outside quotes (two addresses),
   * unclosed quotes or brackets.
   */
  public static Optional<String> problem(Bytes path) {
    if (path.length() > MAX_BYTES) {
      return Optional.of(
          String.format(Locale.ROOT, "is %d bytes long, limit is %d", path.length(), MAX_BYTES));
    }
    Optional<String> decoded = Utf8.decode(path.toArray());
    if (decoded.isEmpty()) {
      return Optional.of("is not UTF-8");
    }
    String text = decoded.get();
    if (text.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("holds a control character");
    }
    boolean opened = text.startsWith("<");
    if (opened != text.endsWith(">")) {
      return Optional.of("has unbalanced angle brackets");
    }
    return problemOutsideQuotes(opened ? text.substring(1, text.length() - 1) : text);
  }

  private static Optional<String> problemOutsideQuotes(String mailbox) {
    boolean sourceRoute = mailbox.startsWith("@");
    boolean quoted = false;
    for (int i = 0; i < mailbox.length(); i++) {
      char c = mailbox.charAt(i);
      if (c == '\\') {
        i++;
        if (i == mailbox.length()) {
          return Optional.of("ends with a backslash");
        }
      } else if (c == '"') {
        quoted = !quoted;
      } else if (!quoted && (c == '<' || c == '>')) {
        return Optional.of("holds an angle bracket inside");
      } else if (!quoted && Character.isSpaceChar(c)) {
        return Optional.of("holds a space outside quotes");
      } else if (!quoted && !sourceRoute && c == ',') {
        return Optional.of("holds more than one address");
      }
    }
    return quoted ? Optional.of("has a quote that is not closed") : Optional.empty();
  }
}
