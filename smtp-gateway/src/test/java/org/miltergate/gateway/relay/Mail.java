package org.miltergate.gateway.relay;

import java.util.Arrays;
import java.util.List;
import java.util.Set;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/** Messages for tests. */
public final class Mail {
  public static final Bytes RECEIVED = Bytes.ofLatin1("Received: by gateway.example; now\r\n");
  public static final String TEXT = "Subject: test\r\n\r\nHello\r\n";

  private Mail() {}

  public static Recipient recipient(String mailbox) {
    return new Recipient(Bytes.ofLatin1("<" + mailbox + ">"), List.of());
  }

  static Envelope envelope(String... mailboxes) {
    Sender sender = new Sender(Bytes.ofLatin1("<sender@example.org>"), List.of());
    return new Envelope(sender, Arrays.stream(mailboxes).map(Mail::recipient).toList());
  }

  /** The content is one char per byte. */
  public static OutboundMessage text(String content, String... mailboxes) throws Exception {
    return bytes(Bytes.ofLatin1(content), mailboxes);
  }

  public static OutboundMessage to(String... mailboxes) throws Exception {
    return text(TEXT, mailboxes);
  }

  public static OutboundMessage bytes(Bytes content, String... mailboxes) throws Exception {
    return message(MailMessage.of(envelope(mailboxes), parse(content)), Set.of());
  }

  public static OutboundMessage message(MailMessage message, Set<MailOption> options) {
    Bytes identity = Bytes.ofLatin1("identity");
    return new OutboundMessage("4fXyZ1", message, RECEIVED, options, identity);
  }

  public static MailMessage withBody(Body body, String... mailboxes) throws Exception {
    MessageContent head = parse(Bytes.ofLatin1("Subject: test\r\n\r\n"));
    return new MailMessage(envelope(mailboxes), head.header(), head.separator(), body);
  }

  static MessageContent parse(Bytes content) throws Exception {
    BodyStore store =
        new BodyStore(java.nio.file.Path.of(System.getProperty("java.io.tmpdir")), 1 << 26);
    try (MessageParser parser = new MessageParser(store, 1 << 20)) {
      parser.append(content.toArray(), 0, content.length());
      return parser.finish();
    }
  }
}
