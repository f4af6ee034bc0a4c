package org.miltergate.bench.load;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.HeaderField;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/** The message that all benchmarks send. */
public final class Mail {
  public static final Sender SENDER =
      new Sender(Bytes.ofLatin1("<alice@client.example>"), List.of());
  public static final Recipient RECIPIENT =
      new Recipient(Bytes.ofLatin1("<bob@example.org>"), List.of());

  private static final String LINE =
      "All work and no play makes Jack a dull boy, said the reader.\r\n";

  private static final byte[] ZEROS = new byte[1 << 16];

  private Mail() {}

  /** Creates a piece of a body, of at most 64 KiB. */
  public static Bytes chunk(int bytes) {
    return Bytes.copyOf(ZEROS, 0, bytes);
  }

  /**
   * Creates a message with this many header fields and about this many bytes of body, for one
   * recipient.
   */
  public static MailMessage of(int fields, int bodyBytes) {
    return of(fields, bodyBytes, 1);
  }

  /** As {@link #of(int, int)}, but with the recipient named this many times. */
  public static MailMessage of(int fields, int bodyBytes, int recipients) {
    List<HeaderField> header = new ArrayList<>();
    for (int i = 0; i < fields; i++) {
      header.add(
          HeaderField.ofRaw(
              Bytes.ofLatin1(
                  String.format(Locale.ROOT, "X-Field-%d: %s\r\n", i, "value ".repeat(8)))));
    }
    String body = LINE.repeat(Math.max(1, bodyBytes / LINE.length()));
    return new MailMessage(
        new Envelope(SENDER, Collections.nCopies(recipients, RECIPIENT)),
        HeaderBlock.of(header),
        Bytes.ofLatin1("\r\n"),
        Body.of(Bytes.ofLatin1(body)));
  }
}
