package org.miltergate.milter.server;

import java.util.List;
import java.util.Locale;
import java.util.StringJoiner;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.EnhancedStatus;

/** Writes the text of a {@code SMFIR_REPLYCODE}. */
final class ReplyLines {
  private static final int MAX_LINES = 32;
  private static final int MAX_LINE_LENGTH = 980;

  private ReplyLines() {}

  static Bytes write(int code, List<String> lines) {
    if (code < 400 || code > 599) {
      throw new IllegalArgumentException("reply code is " + code + ", must be 400 to 599");
    }
    if (lines.isEmpty() || lines.size() > MAX_LINES) {
      throw new IllegalArgumentException(
          "reply has " + lines.size() + " lines, must have 1 to " + MAX_LINES);
    }
    StringJoiner text = new StringJoiner("\r\n");
    for (int i = 0; i < lines.size(); i++) {
      String line = lines.get(i);
      requireLine(code, line);
      // A percent sign is doubled: libmilter and the MTAs treat the text as a format.
      text.add(code + (i < lines.size() - 1 ? "-" : " ") + line.replace("%", "%%"));
    }
    return Bytes.ofLatin1(text.toString());
  }

  private static void requireLine(int code, String line) {
    if (line.length() > MAX_LINE_LENGTH) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "reply line has %d characters, limit is %d",
              line.length(),
              MAX_LINE_LENGTH));
    }
    for (int i = 0; i < line.length(); i++) {
      char c = line.charAt(i);
      if (c < ' ' || c > '~') {
        throw new IllegalArgumentException(
            String.format(
                Locale.ROOT, "reply line has U+%04X at %d, must be printable ASCII", (int) c, i));
      }
    }
    if (EnhancedStatus.at(line).filter(status -> !status.belongsTo(code)).isPresent()) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "reply line '%s' has an enhanced status code of another class than %d",
              line,
              code));
    }
  }
}
