package org.miltergate.milter.test.mta;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MessageParser;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;

/**
 * A message with its envelope, as it is put to a milter: by default from {@code
 * <sender@example.org>} to {@code <recipient@example.com>}.
 *
 * <p>Immutable and thread-safe; each method that sets something returns a new value.
 */
public final class TestMail {
  private static final int MAX_HEADER_BYTES = 16 << 20;

  /** No body goes to a file: the content is in memory already. */
  private static final Path NO_FILES = Path.of(".");

  private static final Sender SENDER = sender("<sender@example.org>");
  private static final List<Recipient> RECIPIENTS =
      List.of(new Recipient(Bytes.ofLatin1("<recipient@example.com>"), List.of()));

  /** A recipient that the MTA refuses by itself, which some milters want to hear of. */
  record Refused(Bytes path, String status, String text) {}

  private final Bytes content;
  private final Sender sender;
  private final List<Recipient> recipients;
  private final List<Refused> refused;
  private final Map<String, String> macros;

  private TestMail(
      Bytes content,
      Sender sender,
      List<Recipient> recipients,
      List<Refused> refused,
      Map<String, String> macros) {
    this.content = content;
    this.sender = sender;
    this.recipients = List.copyOf(recipients);
    this.refused = List.copyOf(refused);
    this.macros = Map.copyOf(macros);
  }

  /** Takes header, empty line and body exactly as these bytes have them. */
  public static TestMail of(Bytes content) {
    return new TestMail(
        Objects.requireNonNull(content, "content"), SENDER, RECIPIENTS, List.of(), Map.of());
  }

  /** Takes a message as text, in UTF-8; each line end becomes CRLF. */
  public static TestMail text(String message) {
    return of(Bytes.ofUtf8(message.replace("\r\n", "\n").replace("\n", "\r\n")));
  }

  /**
   * Takes a message from a file: exactly its bytes if there is a CRLF among them; otherwise each LF
   * becomes CRLF, as files on Unix have none.
   *
   * @throws IOException if the file cannot be read
   */
  public static TestMail file(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return of(Bytes.ofLatin1(text.contains("\r\n") ? text : text.replace("\n", "\r\n")));
  }

  /** Returns a builder for a message of header fields and a body. */
  public static TestMailBuilder builder() {
    return new TestMailBuilder();
  }

  private static Sender sender(String path, String... arguments) {
    return new Sender(Bytes.ofUtf8(path), texts(arguments));
  }

  private static List<Bytes> texts(String... texts) {
    return Arrays.stream(texts).map(Bytes::ofUtf8).toList();
  }

  /**
   * Sets the envelope sender.
   *
   * @param path as a client writes it, {@code <a@example.org>} or {@code <>}
   * @param arguments such as {@code SIZE=1000}
   */
  public TestMail from(String path, String... arguments) {
    return new TestMail(content, sender(path, arguments), recipients, refused, macros);
  }

  /** Sets the recipients, in place of those so far, without arguments. */
  public TestMail to(String... paths) {
    List<Recipient> all =
        Arrays.stream(paths).map(path -> new Recipient(Bytes.ofUtf8(path), List.of())).toList();
    return new TestMail(content, sender, all, refused, macros);
  }

  /**
   * Adds a recipient.
   *
   * @param arguments such as {@code NOTIFY=NEVER}
   */
  public TestMail and(String path, String... arguments) {
    List<Recipient> more = new ArrayList<>(recipients);
    more.add(new Recipient(Bytes.ofUtf8(path), texts(arguments)));
    return new TestMail(content, sender, more, refused, macros);
  }

  /**
   * Adds a recipient that the MTA refuses by itself, before the others; a milter that agreed on
   * {@code SMFIP_RCPT_REJ} is told of it.
   *
   * @param status enhanced status code, such as {@code 5.1.1}
   * @param text of the refusal
   */
  public TestMail refusing(String path, String status, String text) {
    List<Refused> more = new ArrayList<>(refused);
    more.add(new Refused(Bytes.ofUtf8(path), status, text));
    return new TestMail(content, sender, recipients, more, macros);
  }

  /**
   * Sets a macro for this message; it counts before what the dialect and the client know.
   *
   * @param name with braces where the protocol has them: {@code i}, {@code {auth_authen}}
   */
  public TestMail macro(String name, String value) {
    Map<String, String> more = new LinkedHashMap<>(macros);
    more.put(name, value);
    return new TestMail(content, sender, recipients, refused, more);
  }

  /** Sets the name by which the MTA keeps the message: the macro {@code i}. */
  public TestMail queueId(String id) {
    return macro("i", id);
  }

  public Bytes content() {
    return content;
  }

  public Sender sender() {
    return sender;
  }

  public List<Recipient> recipients() {
    return recipients;
  }

  List<Refused> refused() {
    return refused;
  }

  Map<String, String> macros() {
    return macros;
  }

  /** Returns header and body as an MTA reads them: where the body begins is decided here. */
  MailMessage parse() throws IOException {
    try (MessageParser parser =
        new MessageParser(new BodyStore(NO_FILES, Integer.MAX_VALUE), MAX_HEADER_BYTES)) {
      byte[] bytes = content.toArray();
      parser.append(bytes, 0, bytes.length);
      return MailMessage.of(new Envelope(sender, recipients), parser.finish());
    }
  }
}
