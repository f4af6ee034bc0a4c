package org.miltergate.milter.filter;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.filter.header.MessageHeader;

/**
 * A message on its way, with everything that is known of it at the filter's {@link DecisionPoint},
 * and the edits that the filter wants.
 *
 * <p>What is not known yet cannot be asked for: such a method throws {@link IllegalStateException}.
 * Edits only take effect if the filter decides to let the message pass. Valid until the filter has
 * decided. Not thread-safe; use from one thread at a time.
 */
public final class MailTransaction {
  private final DecisionPoint point;
  private final Facts facts;
  private final EnvelopeEdits envelope = new EnvelopeEdits();
  private @Nullable MessageHeader header;
  private @Nullable InputStream newBody;

  MailTransaction(DecisionPoint point, Facts facts) {
    this.point = Objects.requireNonNull(point, "point");
    this.facts = facts;
  }

  /** Begins a transaction by hand, for the test of a filter. */
  public static TransactionBuilder builder() {
    return new TransactionBuilder();
  }

  /** Returns when the filter decides. */
  public DecisionPoint point() {
    return point;
  }

  private <T> T known(@Nullable T value, String what, DecisionPoint since) {
    if (!point.knows(since)) {
      throw new IllegalStateException(
          String.format(
              Locale.ROOT, "%s is known from %s on, the filter decides at %s", what, since, point));
    }
    if (value == null) {
      throw new IllegalStateException("the MTA has told of no " + what);
    }
    return value;
  }

  /** Returns the client of the MTA. */
  public Client client() {
    return known(facts.client, "client", DecisionPoint.CONNECT);
  }

  /** Returns the name that the client gave with HELO or EHLO; empty if it gave none. */
  public Optional<String> helo() {
    return Optional.ofNullable(facts.helo);
  }

  /** Returns how the client's connection is encrypted; empty if it is not, or the MTA is silent. */
  public Optional<TlsFacts> tls() {
    return macro("tls_version")
        .filter(version -> !version.isEmpty())
        .map(version ->
            new TlsFacts(
                version,
                macro("cipher").orElse(""),
                number(macro("cipher_bits").orElse("")),
                macro("cert_subject").orElse(""),
                macro("cert_issuer").orElse("")));
  }

  private static int number(String text) {
    return text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : 0;
  }

  /** Returns the name that the client has logged in with, if it has. */
  public Optional<String> authenticatedUser() {
    return macro("auth_authen").filter(name -> !name.isEmpty());
  }

  /** Returns the MTA's name for the message; Postfix has none before the first recipient. */
  public Optional<String> queueId() {
    return macro("i").filter(id -> !id.isEmpty());
  }

  /**
   * Returns the value of a macro, if the MTA sent it.
   *
   * @param name without braces, such as {@code i} or {@code rcpt_mailer}
   */
  public Optional<String> macro(String name) {
    return facts.macros.apply(name).map(Bytes::toUtf8String);
  }

  /** Returns the sender as it is now. */
  public EnvelopeAddress sender() {
    return envelope.sender(originalSender());
  }

  /** Returns the sender as the client gave it. */
  public EnvelopeAddress originalSender() {
    return known(facts.sender, "sender", DecisionPoint.MAIL);
  }

  /** Returns the recipients as they are now, without those that were refused. */
  public List<EnvelopeAddress> recipients() {
    return envelope.recipients(originalRecipients());
  }

  /** Returns the recipients as the client gave them, without those that were refused. */
  public List<EnvelopeAddress> originalRecipients() {
    return List.copyOf(known(facts.recipients, "recipients", DecisionPoint.RCPT));
  }

  /** Returns the recipients that this filter has refused, with its decisions. */
  public Map<EnvelopeAddress, Decision> refusedRecipients() {
    return Map.copyOf(known(facts.refused, "recipients", DecisionPoint.RCPT));
  }

  /** Returns the header, to be read and edited. */
  public MessageHeader header() {
    known(facts, "header", DecisionPoint.END_OF_HEADERS);
    MessageHeader opened = header;
    if (opened == null) {
      opened = MessageHeader.of(facts.fields);
      header = opened;
    }
    return opened;
  }

  /** Returns whether the header is longer than the limit and only its beginning is there. */
  public boolean isHeaderTruncated() {
    return facts.headerTruncated;
  }

  /** Returns the body as the client sent it, whatever replaces it. */
  public MessageBody body() {
    known(facts, "body", DecisionPoint.END_OF_MESSAGE);
    return new MessageBody(facts.body, facts.bodyTruncated);
  }

  /**
   * Changes the envelope sender.
   *
   * @param address empty for the null sender; see {@link EnvelopeAddress#of}
   * @param arguments only RET and ENVID mean something to Postfix
   * @throws IllegalArgumentException if it cannot be sent
   */
  public void changeSender(String address, String... arguments) {
    requireMessage();
    envelope.changeSender(EnvelopeAddress.of(address, arguments));
  }

  /**
   * Adds an envelope recipient; nothing changes if it is there already.
   *
   * @param arguments only NOTIFY and ORCPT mean something to Postfix
   * @throws IllegalArgumentException if it cannot be sent, or is empty
   */
  public void addRecipient(String address, String... arguments) {
    requireMessage();
    EnvelopeAddress recipient = EnvelopeAddress.of(address, arguments);
    if (recipient.isNull()) {
      throw new IllegalArgumentException("recipient to add is empty");
    }
    envelope.add(recipient);
  }

  /** Removes an envelope recipient; nothing changes if it is not there. */
  public void removeRecipient(String address) {
    requireMessage();
    envelope.remove(EnvelopeAddress.of(address));
  }

  /**
   * Replaces the body.
   *
   * <p>Line ends become CRLF, lines longer than 998 bytes are broken, NULs are left out, and a line
   * end is put at the end.
   *
   * @param body read after the filter has decided, as the MTA takes it, and then closed; its length
   *     need not be known. An exception while it is read fails the message, and the MTA drops all
   *     edits
   */
  public void replaceBody(InputStream body) {
    requireMessage();
    closeNewBody();
    newBody = Objects.requireNonNull(body, "body");
  }

  /** Replaces the body by a text in UTF-8; otherwise as {@link #replaceBody(InputStream)}. */
  public void replaceBody(String body) {
    replaceBody(new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8)));
  }

  private void requireMessage() {
    if (!point.knows(DecisionPoint.MAIL)) {
      throw new IllegalStateException("there is no message to edit at " + point);
    }
  }

  /** Tells the MTA that the filter is still at work; only has an effect at the end of a message. */
  public void progress() {
    facts.progress.run();
  }

  EnvelopeEdits envelope() {
    return envelope;
  }

  Facts facts() {
    return facts;
  }

  /** Returns whether anything is to be sent to the MTA before the verdict. */
  boolean hasEdits() {
    return newBody != null
        || editedHeader().isPresent()
        || !envelope.packets(facts.sender, facts.recipients).isEmpty();
  }

  Optional<MessageHeader> editedHeader() {
    return Optional.ofNullable(header).filter(MessageHeader::isChanged);
  }

  Optional<InputStream> newBody() {
    return Optional.ofNullable(newBody);
  }

  /** Closes what the filter left open; failures do not matter any more. */
  void closeNewBody() {
    InputStream body = newBody;
    newBody = null;
    if (body != null) {
      try {
        body.close();
      } catch (IOException e) {
        // Nobody reads it.
      }
    }
  }
}
