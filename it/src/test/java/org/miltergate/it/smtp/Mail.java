package org.miltergate.it.smtp;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.test.smtp.SinkMessage;

/**
 * A message at the next hop, cut for assertions.
 *
 * @param sender in its angle brackets
 * @param recipients in their angle brackets
 * @param fields the header fields as they came, folds as CRLF, without the last line end
 * @param body what follows the empty line
 */
public record Mail(String sender, List<String> recipients, List<String> fields, String body) {
  public Mail {
    recipients = List.copyOf(recipients);
    fields = List.copyOf(fields);
  }

  public static Mail of(SinkMessage message) {
    String text = message.content().toString();
    int end = text.indexOf("\r\n\r\n");
    String header = end < 0 ? text : text.substring(0, end + 2);
    List<String> fields = new ArrayList<>();
    for (String line : header.split("\r\n")) {
      if ((line.startsWith(" ") || line.startsWith("\t")) && !fields.isEmpty()) {
        fields.add(fields.removeLast() + "\r\n" + line);
      } else {
        fields.add(line);
      }
    }
    return new Mail(
        bracketed(message.mail()),
        message.recipients().stream().map(Mail::bracketed).toList(),
        fields,
        end < 0 ? "" : text.substring(end + 4));
  }

  private static String bracketed(String command) {
    return command.substring(command.indexOf('<'), command.indexOf('>') + 1);
  }

  /** Returns the values of all fields of that name, without the blank after the colon. */
  public List<String> values(String name) {
    String start = name.toLowerCase(Locale.ROOT) + ":";
    return fields.stream()
        .filter(field -> field.toLowerCase(Locale.ROOT).startsWith(start))
        .map(field -> field.substring(start.length()).strip())
        .toList();
  }

  /** Returns the names of the fields in order. */
  public List<String> names() {
    return fields.stream().map(field -> field.substring(0, field.indexOf(':'))).toList();
  }
}
