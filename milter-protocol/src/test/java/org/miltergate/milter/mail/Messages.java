package org.miltergate.milter.mail;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;

/** Makes and reads messages for tests. */
public final class Messages {
  static final Bytes RECEIVED = Bytes.ofLatin1("Received: own\r\n");

  /** Its directory does not exist: a body that leaves memory fails. */
  static final BodyStore IN_MEMORY = new BodyStore(Path.of("no-such-directory"), 1 << 30);

  static final Envelope ENVELOPE =
      new Envelope(
          new Sender(Bytes.ofLatin1("<s@example.org>"), List.of()),
          List.of(new Recipient(Bytes.ofLatin1("<r@example.org>"), List.of())));

  private Messages() {}

  static MessageContent parse(String message) throws IOException {
    return parse(Bytes.ofLatin1(message), List.of());
  }

  /** Parses with a cut at each index of {@code cuts}, which rise. */
  static MessageContent parse(Bytes message, List<Integer> cuts) throws IOException {
    byte[] data = message.toArray();
    try (MessageParser parser = new MessageParser(IN_MEMORY, 1 << 20)) {
      int start = 0;
      for (int cut : cuts) {
        parser.append(data, start, cut - start);
        start = cut;
      }
      parser.append(data, start, data.length - start);
      return parser.finish();
    }
  }

  public static Bytes bytesOf(Body body) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    body.writeTo(out);
    return Bytes.copyOf(out.toByteArray());
  }

  public static Bytes bytesOf(MessageContent content) throws IOException {
    return content.header().toBytes().concat(content.separator()).concat(bytesOf(content.body()));
  }

  static Bytes written(MailMessage message, Bytes received) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    message.writeTo(out, received);
    return Bytes.copyOf(out.toByteArray());
  }

  static String toldToMilter(HeaderField field) {
    return field.name() + "|" + field.milterValue();
  }
}
