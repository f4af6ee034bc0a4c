package org.miltergate.milter.mail;

import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;

/** Compares and checks the addresses of an envelope, with or without angle brackets. */
public final class Mailbox {
  private static final int MAX_BYTES = 1000;

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
   * Tells whether both are the same mailbox: the local part with regard to case, the domain
   * without. Angle brackets do not matter.
   */
  public static boolean same(Bytes one, Bytes other) {
    return normalized(one).equals(normalized(other));
  }

  /** Returns a form that is equal for the {@linkplain #same same} mailboxes, for use as a key. */
  static Bytes normalized(Bytes path) {
    Bytes mailbox = withoutBrackets(path);
    byte[] octets = mailbox.toArray();
    for (int i = lastAt(mailbox); i < octets.length; i++) {
      if (octets[i] >= 'A' && octets[i] <= 'Z') {
        octets[i] += 'a' - 'A';
      }
    }
    return Bytes.copyOf(octets);
  }

  /** Returns the index of the sign before the domain, or the length if there is no domain. */
  private static int lastAt(Bytes mailbox) {
    for (int i = mailbox.length() - 1; i >= 0; i--) {
      if (mailbox.at(i) == '@') {
        return i;
      }
    }
    return mailbox.length();
  }

  /**
   * Returns what is wrong with an address that a milter gave, if anything: longer than 1000 bytes,
   * control characters, not UTF-8, white space, comma or angle bracket outside quotes (two
   * addresses), quotes or brackets that are not closed.
   */
  public static Optional<String> problem(Bytes path) {
    if (path.length() > MAX_BYTES) {
      return Optional.of(
          String.format(Locale.ROOT, "is %d bytes long, limit is %d", path.length(), MAX_BYTES));
    }
    String text;
    try {
      text = StandardCharsets.UTF_8.newDecoder().decode(path.toBuffer()).toString();
    } catch (CharacterCodingException e) {
      return Optional.of("is not UTF-8");
    }
    if (text.chars().anyMatch(Character::isISOControl)) {
      return Optional.of("holds a control character");
    }
    boolean opened = text.startsWith("<");
    if (opened != text.endsWith(">")) {
      return Optional.of("has an angle bracket too many or too few");
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
