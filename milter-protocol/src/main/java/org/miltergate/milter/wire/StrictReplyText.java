package org.miltergate.milter.wire;

import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.MalformedPacketException.Kind;

/**
 * Checks the text of {@code SMFIR_REPLYCODE} strictly by RFC 5321, section 4.2: each line has a
 * code and a hyphen, the last one a code and a blank; CRLF separates the lines and does not follow
 * the last; all have the same code from 400 to 599. An enhanced status code, if there is one, is of
 * the same class (RFC 2034, section 4).
 */
final class StrictReplyText {
  private static final int CODE_DIGITS = 3;

  private StrictReplyText() {}

  static void check(Bytes text) throws MalformedPacketException {
    int start = 0;
    for (int line = 1; ; line++) {
      int lineFeed = text.indexOf('\n', start);
      boolean last = lineFeed < 0;
      int end = last ? text.length() : lineFeed;
      if (!last && (end == start || text.at(--end) != '\r')) {
        throw malformed(Kind.BAD_LINE, line, "ends with LF, must end with CRLF");
      }
      checkLine(text.slice(start, end), line, last ? ' ' : '-', text);
      if (last) {
        return;
      }
      start = lineFeed + 1;
    }
  }

  private static void checkLine(Bytes line, int number, char separator, Bytes text)
      throws MalformedPacketException {
    if (number == 1 && !beginsWithCode(line)) {
      throw malformed(Kind.BAD_CODE, number, "must begin with a code of 400 to 599");
    }
    if (!hasDigits(line)) {
      throw malformed(Kind.BAD_LINE, number, "has no code");
    }
    if (!line.startsWith(text.slice(0, CODE_DIGITS))) {
      throw malformed(Kind.MIXED_CODES, number, "has another code than line 1");
    }
    if (line.length() == CODE_DIGITS || line.at(CODE_DIGITS) != separator) {
      throw malformed(Kind.BAD_LINE, number, "must have '" + separator + "' after its code");
    }
    if (line.indexOf('\r', 0) >= 0) {
      throw malformed(Kind.BAD_LINE, number, "holds CR");
    }
    if (hasEnhancedCode(line) && line.at(CODE_DIGITS + 1) != line.at(0)) {
      throw malformed(Kind.CLASS_MISMATCH, number, "has an enhanced status code of another class");
    }
  }

  private static boolean beginsWithCode(Bytes line) {
    return hasDigits(line) && (line.at(0) == '4' || line.at(0) == '5');
  }

  private static boolean hasDigits(Bytes line) {
    return line.length() >= CODE_DIGITS
        && isDigit(line.at(0))
        && isDigit(line.at(1))
        && isDigit(line.at(2));
  }

  /** Returns whether three numbers separated by dots follow the separator. */
  private static boolean hasEnhancedCode(Bytes line) {
    int dots = 0;
    int digits = 0;
    int at = CODE_DIGITS + 1;
    for (; at < line.length() && line.at(at) != ' '; at++) {
      if (isDigit(line.at(at))) {
        digits++;
      } else if (line.at(at) == '.' && digits > 0) {
        dots++;
        digits = 0;
      } else {
        return false;
      }
      if (digits > (dots == 0 ? 1 : CODE_DIGITS)) {
        return false;
      }
    }
    return dots == 2 && digits > 0;
  }

  private static boolean isDigit(byte octet) {
    return octet >= '0' && octet <= '9';
  }

  private static MalformedPacketException malformed(Kind kind, int line, String what) {
    return new MalformedPacketException(kind, "reply 'y': line " + line + " of text " + what);
  }
}
