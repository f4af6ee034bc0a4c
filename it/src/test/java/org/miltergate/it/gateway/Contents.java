package org.miltergate.it.gateway;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.miltergate.milter.test.smtp.SinkMessage;

/** Messages as text, one char per byte, and what was added to them on the way. */
final class Contents {
  private static final String OWN_RECEIVED = "Received: from client.test";

  private Contents() {}

  static String text(byte[] message) {
    return new String(message, StandardCharsets.ISO_8859_1);
  }

  static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** Returns what the next hop got, without the fields that gateways have put on top of it. */
  static String withoutReceived(SinkMessage message) {
    return withoutReceived(message.content().toString());
  }

  static String withoutReceived(String message) {
    return without(message, Set.of(OWN_RECEIVED));
  }

  /** Takes away all header fields that begin with one of these texts; nothing else is touched. */
  static String without(String message, Set<String> beginnings) {
    int end = message.indexOf("\r\n\r\n");
    int headerEnd = end < 0 ? message.length() : end + 2;
    StringBuilder kept = new StringBuilder();
    for (String field : fields(message.substring(0, headerEnd))) {
      if (beginnings.stream().noneMatch(field::startsWith)) {
        kept.append(field);
      }
    }
    return kept.append(message, headerEnd, message.length()).toString();
  }

  /** Cuts a header block into fields, each with its folds and line ends. */
  private static List<String> fields(String header) {
    List<String> fields = new ArrayList<>();
    int from = 0;
    while (from < header.length()) {
      int end = header.indexOf("\r\n", from);
      String line = header.substring(from, end < 0 ? header.length() : end + 2);
      if (!fields.isEmpty() && (line.startsWith(" ") || line.startsWith("\t"))) {
        fields.add(fields.removeLast() + line);
      } else {
        fields.add(line);
      }
      from += line.length();
    }
    return fields;
  }
}
