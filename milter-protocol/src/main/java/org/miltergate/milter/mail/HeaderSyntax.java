package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import org.miltergate.milter.bytes.Bytes;

/**
 * Says what a line of a header block is, as "postfix src/global/is_header.c" does.
 *
 * <p>A field begins with a name of printable ASCII, optional white space and a colon. Every other
 * line that does not begin with white space ends the header block.
 */
final class HeaderSyntax {
  private static final Bytes FROM = Bytes.ofLatin1("From ");

  private HeaderSyntax() {}

  static boolean isBlank(byte octet) {
    return octet == ' ' || octet == '\t';
  }

  static boolean isNameByte(byte octet) {
    return octet > ' ' && octet < 0x7f && octet != ':';
  }

  /** Returns where the name ends, or 0 if this is not the first line of a field. */
  static int nameEnd(Bytes line) {
    int end = 0;
    while (end < line.length() && isNameByte(line.at(end))) {
      end++;
    }
    int colon = end;
    while (colon < line.length() && isBlank(line.at(colon))) {
      colon++;
    }
    return colon < line.length() && line.at(colon) == ':' ? end : 0;
  }

  /** Tells whether no bytes that may still follow can make a field of this beginning of a line. */
  static boolean isNoField(Bytes begin) {
    int i = 0;
    while (i < begin.length() && isNameByte(begin.at(i))) {
      i++;
    }
    boolean named = i > 0;
    while (i < begin.length() && isBlank(begin.at(i))) {
      i++;
    }
    return i < begin.length() && !(named && begin.at(i) == ':') || !named && i > 0;
  }

  /** Tells whether this is the line before a message in an mbox file. */
  static boolean isMailboxLine(Bytes line) {
    int start = 0;
    while (start < line.length() && line.at(start) == '>') {
      start++;
    }
    return line.slice(start).startsWith(FROM);
  }

  static boolean isEmptyLine(Bytes line) {
    return line.length() == 1 && line.at(0) == '\n'
        || line.length() == 2 && line.at(0) == '\r' && line.at(1) == '\n';
  }

  static int endWithoutLineEnds(Bytes value) {
    int end = value.length();
    while (end > 0 && (value.at(end - 1) == '\r' || value.at(end - 1) == '\n')) {
      end--;
    }
    return end;
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

  /** Returns the value without NUL, without line end at the end, and with LF for each fold. */
  static Bytes milterForm(Bytes raw) {
    Bytes value = withoutNul(raw);
    value = value.slice(0, endWithoutLineEnds(value));
    if (value.indexOf('\n', 0) < 0) {
      return value;
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream(value.length());
    int returns = 0;
    for (int i = 0; i < value.length(); i++) {
      byte octet = value.at(i);
      if (octet == '\r') {
        returns++;
        continue;
      }
      for (; returns > 0; returns--) {
        if (octet != '\n') {
          out.write('\r');
        }
      }
      out.write(octet);
    }
    return Bytes.copyOf(out.toByteArray());
  }
}
