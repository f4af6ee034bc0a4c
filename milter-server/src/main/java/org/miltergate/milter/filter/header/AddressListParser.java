package org.miltergate.milter.filter.header;

import java.util.ArrayList;
import java.util.List;

/** Reads one list of addresses (RFC 5322, section 3.4, with the obsolete syntax); used once. */
final class AddressListParser {
  private final String text;
  private int at;
  private final List<EmailAddress> found = new ArrayList<>();

  /** The words of the present mailbox before its angle bracket, with the white space between. */
  private final StringBuilder phrase = new StringBuilder();

  /** The same, as an address: quotes kept, white space dropped. */
  private final StringBuilder bare = new StringBuilder();

  /** What stands in angle brackets, or null before them. */
  private final StringBuilder angle = new StringBuilder();

  private boolean hadAngle;

  AddressListParser(String text) {
    this.text = text;
  }

  List<EmailAddress> parse() {
    while (at < text.length()) {
      char c = text.charAt(at);
      switch (c) {
        case '(' -> skipComment();
        case '"' -> quoted();
        case '<' -> angle();
        case ',', ';' -> {
          at++;
          end();
        }
        case ':' -> {
          at++; // the name of a group
          clear();
        }
        case ' ', '\t' -> {
          at++;
          if (!phrase.isEmpty()) {
            phrase.append(' ');
          }
        }
        case '[' -> literal();
        default -> {
          at++;
          phrase.append(c);
          bare.append(c);
        }
      }
    }
    end();
    return List.copyOf(found);
  }

  static boolean isAtomCharacter(int c) {
    return c > ' ' && c < 0x7f && "()<>[]:;@\\,.\"".indexOf(c) < 0;
  }

  private void skipComment() {
    int depth = 0;
    do {
      char c = text.charAt(at);
      depth += c == '(' ? 1 : c == ')' ? -1 : 0;
      at += c == '\\' ? 2 : 1;
    } while (depth > 0 && at < text.length());
    at = Math.min(at, text.length());
  }

  private void quoted() {
    int start = at++;
    StringBuilder plain = new StringBuilder();
    while (at < text.length() && text.charAt(at) != '"') {
      if (text.charAt(at) == '\\' && at + 1 < text.length()) {
        at++;
      }
      plain.append(text.charAt(at++));
    }
    if (at < text.length()) { // otherwise the quote is not closed, and nothing in it is taken
      at++;
      phrase.append(plain);
      bare.append(text, start, at);
    }
  }

  private void literal() {
    int end = text.indexOf(']', at);
    end = end < 0 ? text.length() : end + 1;
    phrase.append(text, at, end);
    bare.append(text, at, end);
    at = end;
  }

  private void angle() {
    at++;
    angle.setLength(0);
    hadAngle = true;
    boolean inQuotes = false;
    while (at < text.length() && (inQuotes || text.charAt(at) != '>')) {
      char c = text.charAt(at++);
      if (c == '(' && !inQuotes) {
        at--;
        skipComment();
        continue;
      }
      inQuotes ^= c == '"';
      if (inQuotes || c != ' ' && c != '\t') {
        angle.append(c);
      }
      if (c == '\\' && inQuotes && at < text.length()) {
        angle.append(text.charAt(at++));
      }
    }
    at = Math.min(at + 1, text.length());
  }

  private void end() {
    String address = hadAngle ? withoutRoute(angle.toString()) : bare.toString();
    String name = hadAngle ? EncodedWords.decode(phrase.toString().strip()) : "";
    clear();
    int atSign = address.lastIndexOf('@');
    if (atSign > 0 && atSign < address.length() - 1) {
      try {
        found.add(new EmailAddress(FieldText.oneLine(name), address));
      } catch (IllegalArgumentException e) {
        // Not an address, as its check has found.
      }
    }
  }

  private void clear() {
    phrase.setLength(0);
    bare.setLength(0);
    angle.setLength(0);
    hadAngle = false;
  }

  private static String withoutRoute(String address) {
    int colon = address.indexOf(':');
    return address.startsWith("@") && colon > 0 ? address.substring(colon + 1) : address;
  }
}
