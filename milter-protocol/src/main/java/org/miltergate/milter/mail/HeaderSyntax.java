package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import org.miltergate.milter.bytes.Bytes;

/**
 * Classifies the lines of a header block and converts them to normal form, as "postfix
 * src/global/is_header.c" and "postfix src/cleanup/cleanup_message.c" do.
 *
 * <p>A field begins with a name of printable ASCII, optional white space and a colon. Every other
 * line that does not begin with white space ends the header block. A CR that ends no line counts as
 * a blank.
 */
final class HeaderSyntax {
  private static final Bytes FROM = Bytes.ofLatin1("From ");

  private HeaderSyntax() {}

  static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  private static boolean isBlankOrReturn(byte octet) {
    return isBlank(octet) || octet == '\r';
  }

  static boolean isNameByte(byte octet) {
    return octet > ' ' && octet < 0x7f && octet != ':';
  }

  /** Returns where the name ends, or 0 if this is not the first line of a field. */
  static int nameEnd(Bytes line) {
    int end = endOfName(line);
    int colon = endOfBlanks(line, end);
    return colon < line.length() && line.at(colon) == ':' ? end : 0;
  }

  private static int endOfName(Bytes line) {
    int end = 0;
    while (end < line.length() && isNameByte(line.at(end))) {
      end++;
    }
    return end;
  }

  private static int endOfBlanks(Bytes line, int start) {
    int end = start;
    while (end < line.length() && isBlankOrReturn(line.at(end))) {
      end++;
    }
    return end;
  }

  /** Returns whether this beginning of a line cannot become a field, whatever bytes follow. */
  static boolean isNoField(Bytes begin) {
    int name = endOfName(begin);
    int colon = endOfBlanks(begin, name);
    boolean named = name > 0;
    return colon < begin.length() && !(named && begin.at(colon) == ':') || !named && colon > 0;
  }

  /** Returns whether a non-empty line would continue the field before it. */
  static boolean isContinuation(Bytes line) {
    return isBlankOrReturn(line.at(0));
  }

  /** Returns whether this is the separator line of an mbox file. */
  static boolean isMailboxLine(Bytes line) {
    int start = 0;
    while (start < line.length() && line.at(start) == '>') {
      start++;
    }
    return line.slice(start).startsWith(FROM);
  }

  static int endWithoutLineEnds(Bytes value) {
    int end = value.length();
    while (end > 0 && (value.at(end - 1) == '\r' || value.at(end - 1) == '\n')) {
      end--;
    }
    return end;
  }

  /** Returns the line end to use: LF if the line ends in a bare LF, otherwise CRLF. */
  static Bytes lineEnd(Bytes line) {
    int length = line.length();
    boolean bare =
        length > 0 && line.at(length - 1) == '\n' && (length == 1 || line.at(length - 2) != '\r');
    return bare ? MailMessage.LF : MailMessage.CRLF;
  }

  /**
   * Writes one line of a field in normal form: cut at a NUL, without blanks before the colon, with
   * a blank for each bare CR, and with a line end.
   *
   * @param nameEnd where the name ends, or 0 for a continuation line
   */
  static void writeNormalLine(Bytes line, int nameEnd, ByteArrayOutputStream out) {
    int at = 0;
    if (nameEnd > 0) {
      while (at < nameEnd) {
        out.write(line.at(at++));
      }
      at = line.indexOf(':', at);
    }
    int end = endWithoutLineEnds(line);
    for (; at < end && line.at(at) != 0; at++) {
      out.write(line.at(at) == '\r' ? ' ' : line.at(at));
    }
    out.writeBytes(lineEnd(line).toArray());
  }

  /** Returns whether a line of a field is in normal form, as nearly all are. */
  static boolean isNormalLine(Bytes line, int nameEnd) {
    int last = line.length() - 1;
    if (last < 0 || line.at(last) != '\n' || nameEnd > 0 && line.at(nameEnd) != ':') {
      return false;
    }
    int end = last > 0 && line.at(last - 1) == '\r' ? last - 1 : last;
    for (int i = 0; i < end; i++) {
      if (line.at(i) == 0 || line.at(i) == '\r') {
        return false;
      }
    }
    return true;
  }

  static Bytes withoutNul(Bytes value) {
    if (value.indexOf(0, 0) < 0) {
      return value;
    }
    ByteArrayOutputStream kept = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (value.at(i) != 0) {
        kept.write(value.at(i));
      }
    }
    return Bytes.copyOf(kept.toByteArray());
  }

  /**
   * Returns the value of a field in normal form, without its line end and with LF for each fold.
   */
  static Bytes milterForm(Bytes raw) {
    Bytes value = raw.slice(0, endWithoutLineEnds(raw));
    if (value.indexOf('\r', 0) < 0) {
      return value;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
    for (int i = 0; i < value.length(); i++) {
      if (value.at(i) != '\r') {
        out.write(value.at(i));
      }
    }
    return Bytes.copyOf(out.toByteArray());
  }
}
