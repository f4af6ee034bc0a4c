package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * A reply of an SMTP server (RFC 5321, section 4.2).
 *
 * <p>Immutable and thread-safe.
 *
 * @param code from 200 to 599
 * @param lines text of each line without the reply code but with the enhanced status code, if any;
 *     at least one line, none with CR, LF or NUL
 */
public record SmtpReply(int code, List<Bytes> lines) {
  public SmtpReply {
    if (code < 200 || code > 599) {
      throw new IllegalArgumentException("reply code must be from 200 to 599, was " + code);
    }
    lines = List.copyOf(lines);
    if (lines.isEmpty()) {
      throw new IllegalArgumentException("reply " + code + " has no line");
    }
    for (Bytes line : lines) {
      if (line.indexOf('\r', 0) >= 0 || line.indexOf('\n', 0) >= 0 || line.indexOf(0, 0) >= 0) {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT,
                "line of reply %d holds CR, LF or NUL: '%s'",
                code,
                PrintableText.escape(line.toArray())));
      }
    }
  }

  /** Creates a reply of one line; the text is encoded as UTF-8. */
  public static SmtpReply of(int code, String text) {
    return new SmtpReply(code, List.of(Bytes.ofUtf8(text)));
  }

  /** Returns the reply as it is sent: each line with code and CRLF. */
  public Bytes toBytes() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] digits = Bytes.ofLatin1(Integer.toString(code)).toArray();
    for (int i = 0; i < lines.size(); i++) {
      out.writeBytes(digits);
      out.write(i + 1 < lines.size() ? '-' : ' ');
      out.writeBytes(lines.get(i).toArray());
      out.write('\r');
      out.write('\n');
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /** Returns whether the code is 2xx. */
  public boolean isPositive() {
    return code / 100 == 2;
  }

  /** Returns whether the code is 4xx. */
  public boolean isTransientFailure() {
    return code / 100 == 4;
  }

  /** Returns whether the code is 5xx. */
  public boolean isPermanentFailure() {
    return code / 100 == 5;
  }

  /** Returns whether the server closes the connection after this reply, as with 421 and 521. */
  public boolean closesConnection() {
    return code == 421 || code == 521;
  }

  /** Returns code and text in one line, such as {@code 550 5.7.1 first / 5.7.1 second}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder().append(code);
    String before = " ";
    for (Bytes line : lines) {
      text.append(before).append(line.toUtf8String());
      before = " / ";
    }
    return text.toString();
  }
}
