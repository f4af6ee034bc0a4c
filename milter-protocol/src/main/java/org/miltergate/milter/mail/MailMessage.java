package org.miltergate.milter.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.text.PrintableText;

/**
 * Holds a message with its envelope; an edit returns a new value.
 *
 * <p>All fields are in normal form (see {@link HeaderField}), and an empty line comes before a
 * body, so that the next hop reads the same fields and body as the milters.
 *
 * <p>Our own Received field is not among the fields: milters neither see nor count it. It is
 * written between {@code aboveReceived} and {@code header} and {@link Edit.InsertHeader} counts it
 * as a field at that position.
 *
 * <p>Immutable and thread-safe. A body is closed only by its owner, never by {@link #with}, which
 * may drop the old one.
 *
 * @param aboveReceived fields that milters inserted above our own Received
 * @param header the other fields
 * @param separator the empty line after the header; empty only if there is no body
 */
public record MailMessage(
    Envelope envelope, HeaderBlock aboveReceived, HeaderBlock header, Bytes separator, Body body) {
  static final Bytes CRLF = Bytes.ofLatin1("\r\n");
  static final Bytes LF = Bytes.ofLatin1("\n");

  /**
   * @param separator if empty, it becomes CRLF where there is a body
   * @throws IllegalArgumentException if {@code separator} is not CRLF, LF or empty
   */
  public MailMessage {
    Objects.requireNonNull(envelope, "envelope");
    Objects.requireNonNull(aboveReceived, "aboveReceived");
    Objects.requireNonNull(header, "header");
    Objects.requireNonNull(body, "body");
    if (separator.isEmpty()) {
      separator = body.length() > 0 ? CRLF : separator;
    } else if (!separator.equals(CRLF) && !separator.equals(LF)) {
      throw new IllegalArgumentException(
          String.format(
              Locale.ROOT,
              "separator must be an empty line, was '%s'",
              PrintableText.escape(separator.toArray())));
    }
  }

  /** Creates a message that no milter has edited. */
  public MailMessage(Envelope envelope, HeaderBlock header, Bytes separator, Body body) {
    this(envelope, HeaderBlock.EMPTY, header, separator, body);
  }

  /** Creates a message that no milter has edited. */
  public static MailMessage of(Envelope envelope, MessageContent content) {
    return new MailMessage(envelope, content.header(), content.separator(), content.body());
  }

  /** Returns the fields that milters see and count, in their order. */
  public List<HeaderField> visibleFields() {
    List<HeaderField> above = aboveReceived.fields();
    List<HeaderField> others = header.fields();
    return new AbstractList<>() {
      @Override
      public HeaderField get(int index) {
        return index < above.size() ? above.get(index) : others.get(index - above.size());
      }

      @Override
      public int size() {
        return above.size() + others.size();
      }
    };
  }

  /** Applies edits in order, as {@link #apply}, and returns only the message. */
  public MailMessage with(List<Edit> edits) {
    return apply(edits).message();
  }

  /**
   * Applies edits in order, each to the result of the previous ones, by Postfix's rules ("postfix
   * src/cleanup/cleanup_milter.c"); recipients are compared ignoring the case of the domain, and
   * none is added twice.
   *
   * <p>Fields that no edit touched keep their bytes.
   */
  public Applied apply(List<Edit> edits) {
    List<String> ignored = new ArrayList<>();
    HeaderEditor fields = new HeaderEditor(aboveReceived, header);
    EnvelopeEditor addresses = new EnvelopeEditor(envelope, ignored);
    Body newBody = body;
    for (Edit edit : edits) {
      switch (edit) {
        case Edit.AddHeader(HeaderField field) -> fields.add(field);
        case Edit.InsertHeader(long index, HeaderField field) -> fields.insert(index, field);
        case Edit.ChangeHeader(Bytes name, long index, HeaderField replacement) ->
            fields.change(name, index, replacement);
        case Edit.DeleteHeader(Bytes name, long index) -> fields.delete(name, index);
        case Edit.ReplaceBody(Body replacement) -> newBody = replacement;
        case Edit.AddRecipient(Recipient recipient) -> addresses.add(recipient);
        case Edit.DeleteRecipient(Bytes mailbox) -> addresses.delete(mailbox);
        case Edit.ChangeSender(Sender sender) -> addresses.change(sender);
        case Edit.Quarantine quarantine -> {
          // Whoever collects the edits keeps the reason; the message stays as it is.
        }
      }
    }
    MailMessage message =
        new MailMessage(
            addresses.envelope(),
            fields.touched() ? fields.aboveReceived() : aboveReceived,
            fields.touched() ? fields.header() : header,
            separator,
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
   * @param received our own Received field with its line end, or empty for none
   */
  public void writeTo(OutputStream out, Bytes received) throws IOException {
    aboveReceived.writeTo(out);
    received.writeTo(out);
    header.writeTo(out);
    separator.writeTo(out);
    body.writeTo(out);
  }

  /**
   * Returns the bytes that {@link #writeTo(OutputStream, Bytes)} writes, to be read once.
   *
   * @param received our own Received field with its line end, or no bytes
   */
  public InputStream toInputStream(Bytes received) {
    return new MessageInputStream(
        List.of(aboveReceived.toBytes(), received, header.toBytes(), separator), body);
  }
}
