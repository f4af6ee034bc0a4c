package org.miltergate.milter.mail;

import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;

/**
 * Reads a message as a simple mail server would, with none of our code: the header ends at the
 * first empty line, a line that begins with white space continues the field before it, and what
 * comes before the first colon is the name.
 *
 * @param fields name and value of each, with | between
 */
record NaiveReader(List<String> fields, Bytes body) {

  static NaiveReader read(Bytes message) {
    String text = message.toString();
    List<String> fields = new ArrayList<>();
    int at = 0;
    while (at < text.length()) {
      int feed = text.indexOf('\n', at);
      int next = feed < 0 ? text.length() : feed + 1;
      String line = withoutLineEnd(text.substring(at, next));
      at = next;
      if (line.isEmpty()) {
        break;
      }
      if (line.charAt(0) == ' ' || line.charAt(0) == '\t') {
        fields.set(fields.size() - 1, fields.getLast() + "\n" + line);
      } else {
        int colon = line.indexOf(':');
        String value = line.substring(colon + 1);
        fields.add(
            line.substring(0, colon) + "|" + (value.startsWith(" ") ? value.substring(1) : value));
      }
    }
    return new NaiveReader(fields, message.slice(at));
  }

  private static String withoutLineEnd(String line) {
    String bare = line.endsWith("\n") ? line.substring(0, line.length() - 1) : line;
    return bare.endsWith("\r") ? bare.substring(0, bare.length() - 1) : bare;
  }
}
