package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * Holds a message with its envelope, byte for byte; an edit makes another value.
 *
 * <p>Our own Received field is not among the fields: milters neither see nor count it. It comes
 * between {@code aboveReceived} and {@code header} when the message is written, and {@link
 * Edit.InsertHeader} counts it as a field at that place.
 *
 * <p>Immutable and thread-safe. Nobody but its owner closes a body: not {@link #with}, which may
 * leave the old one out.
 *
 * @param aboveReceived fields that milters inserted above our own Received
 * @param header the other fields
 * @param separator the empty line behind the header as it came; no bytes if there was none
 */
public record MailMessage(
    Envelope envelope, HeaderBlock aboveReceived, HeaderBlock header, Bytes separator, Body body) {
  private static final Bytes CRLF = Bytes.ofLatin1("\r\n");

  public MailMessage {
    Objects.requireNonNull(envelope, "envelope");
    Objects.requireNonNull(aboveReceived, "aboveReceived");
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(separator, "separator");
    Objects.requireNonNull(body, "body");
  }

  /** Holds a message that no milter has touched. */
  public MailMessage(Envelope envelope, HeaderBlock header, Bytes separator, Body body) {
    this(envelope, HeaderBlock.EMPTY, header, separator, body);
  }

  /** Holds a message that no milter has touched. */
  public static MailMessage of(Envelope envelope, MessageContent content) {
    return new MailMessage(envelope, content.header(), content.separator(), content.body());
  }

  /** Returns the fields that milters see and count, in their order. */
  public List<HeaderField> visibleFields() {
    if (aboveReceived.isEmpty()) {
      return header.fields();
    }
    List<HeaderField> visible = new ArrayList<>(aboveReceived.fields());
    visible.addAll(header.fields());
    return List.copyOf(visible);
  }

  /** Applies edits in their order, as {@link #apply}. */
  public MailMessage with(List<Edit> edits) {
    return apply(edits).message();
  }

  /**
   * Applies edits in their order, each to the outcome of those before it, by Postfix's rules
   * ("postfix src/cleanup/cleanup_milter.c"); recipients are compared without regard to the case of
   * the domain, and none is added twice.
   *
   * <p>Fields that no edit touched keep their bytes. If any edit touched header or body, there is
   * an empty line between both, each field has a line end, and a line of an mbox file on top has
   * become a field {@code X-Mailbox-Line}.
   */
  public Applied apply(List<Edit> edits) {
    List<String> ignored = new ArrayList<>();
    HeaderEditor fields = new HeaderEditor(aboveReceived, header);
    EnvelopeEditor addresses = new EnvelopeEditor(envelope, ignored);
    Body newBody = body;
    boolean bodyTouched = false;
    for (Edit edit : edits) {
      switch (edit) {
        case Edit.AddHeader(HeaderField field) -> fields.add(field);
        case Edit.InsertHeader(long index, HeaderField field) -> fields.insert(index, field);
        case Edit.ChangeHeader(Bytes name, long index, HeaderField replacement) ->
            fields.change(name, index, replacement);
        case Edit.DeleteHeader(Bytes name, long index) -> fields.delete(name, index);
        case Edit.ReplaceBody(Body replacement) -> {
          newBody = replacement;
          bodyTouched = true;
        }
        case Edit.AddRecipient(Recipient recipient) -> addresses.add(recipient);
        case Edit.DeleteRecipient(Bytes mailbox) -> addresses.delete(mailbox);
        case Edit.ChangeSender(Sender sender) -> addresses.change(sender);
        case Edit.Quarantine quarantine -> {
          // Whoever collects the edits keeps the reason; the message stays as it is.
        }
      }
    }
    boolean touched = fields.touched() || bodyTouched;
    MailMessage message =
        new MailMessage(
            addresses.envelope(),
            touched ? fields.aboveReceived() : aboveReceived,
            touched ? fields.header() : header,
            touched && separator.isEmpty() ? CRLF : separator,
            newBody);
    return new Applied(message, ignored);
  }

  /** Returns the number of bytes that {@link #writeTo(OutputStream)} writes. */
  public long length() {
    return aboveReceived.length() + header.length() + separator.length() + body.length();
  }

  /** Writes the message without a Received field of our own. */
  public void writeTo(OutputStream out) throws IOException {
    writeTo(out, Bytes.EMPTY);
  }

  /**
   * Writes the message.
   *
   * <p>Bytes of an untouched message stay as they came, with two exceptions below a Received field,
   * where the next hop would take them for something else than the milters did: a line of an mbox
   * file becomes a field {@code X-Mailbox-Line}, and an empty line comes before a body that begins
   * with white space and has no header.
   *
   * @param received our own Received field with its line end, or no bytes
   */
  public void writeTo(OutputStream out, Bytes received) throws IOException {
    aboveReceived.writeTo(out);
    received.writeTo(out);
    if (received.isEmpty()) {
      header.writeTo(out);
    } else {
      for (HeaderField field : header.fields()) {
        field.asField().raw().writeTo(out);
      }
    }
    separator.writeTo(out);
    if (!received.isEmpty() && wouldContinue()) {
      CRLF.writeTo(out);
    }
    body.writeTo(out);
  }

  /** Tells whether the body would be read as the continuation of a field that comes before it. */
  private boolean wouldContinue() throws IOException {
    return header.isEmpty()
        && separator.isEmpty()
        && body.length() > 0
        && HeaderSyntax.isBlank(body.chunk(0, 1).at(0));
  }
}
