package org.miltergate.gateway.smtp.syntax;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.miltergate.milter.bytes.Bytes;

/**
 * One ESMTP argument, {@code KEYWORD} or {@code KEYWORD=value}.
 *
 * @param asWritten the whole argument
 * @param keyword in upper case
 * @param value empty if there is none
 */
record EsmtpArgument(Bytes asWritten, String keyword, String value) {

  /**
   * Splits the text after an address at its blanks.
   *
   * @throws SyntaxException if a keyword occurs twice
   */
  static List<EsmtpArgument> split(Bytes rest) throws SyntaxException {
    List<EsmtpArgument> arguments = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    int at = 0;
    while (at < rest.length()) {
      int end = at;
      while (end < rest.length() && rest.at(end) != ' ' && rest.at(end) != '\t') {
        end++;
      }
      if (end > at) {
        EsmtpArgument argument = of(rest.slice(at, end));
        if (!seen.add(argument.keyword())) {
          throw new SyntaxException(
              501, "5.5.4 Option given twice: " + Printable.ascii(argument.asWritten()));
        }
        arguments.add(argument);
      }
      at = end + 1;
    }
    return arguments;
  }

  private static EsmtpArgument of(Bytes text) {
    int equals = text.indexOf('=', 0);
    Bytes keyword = equals < 0 ? text : text.slice(0, equals);
    String value = equals < 0 ? "" : text.slice(equals + 1).toString();
    return new EsmtpArgument(text, keyword.toString().toUpperCase(Locale.ROOT), value);
  }

  /** Returns the value as bytes; none if there is none. */
  Bytes valueBytes() {
    return Bytes.ofLatin1(value);
  }

  boolean isAscii() {
    return value.chars().allMatch(c -> c < 0x80);
  }

  /** Checks that there is only a keyword. */
  void requireNoValue() throws SyntaxException {
    if (asWritten.indexOf('=', 0) >= 0) {
      throw unsupported();
    }
  }

  /** Checks that the value was understood. */
  void require(Optional<?> understood) throws SyntaxException {
    if (understood.isEmpty()) {
      throw malformed();
    }
  }

  /** Returns the refusal of a wrong value, with Postfix's text. */
  SyntaxException malformed() {
    return new SyntaxException(501, "5.5.4 Bad " + keyword + " parameter syntax");
  }

  SyntaxException unsupported() {
    return new SyntaxException(555, "5.5.4 Unsupported option: " + Printable.ascii(asWritten));
  }
}
