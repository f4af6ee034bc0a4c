package org.miltergate.milter.chain;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.List;
import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;

/**
 * What became of a message in the chain.
 *
 * <p>Immutable; what it holds of the content can be read until the next call on the session that it
 * comes from, from any thread.
 *
 * @param verdict the verdict for the SMTP client at the end of its data
 * @param message with all edits applied if the verdict passes, else as it came. Its recipients may
 *     all be gone: then nobody gets it, and the client gets 250
 * @param quarantine why it is to be held instead of relayed; empty if it is not. Of no meaning
 *     unless the verdict passes
 * @param unheard names of the milters that failed and whose default action lets the message pass
 *     without their verdict, in configured order; empty unless the verdict passes
 */
public record ContentResult(
    Verdict verdict, MailMessage message, List<QuarantineReason> quarantine, List<String> unheard) {
  public ContentResult {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(message, "message");
    quarantine = List.copyOf(quarantine);
    unheard = List.copyOf(unheard);
  }

  /** The message does not pass, and stays as it came. */
  static ContentResult notPassed(Verdict verdict, MailMessage message) {
    return new ContentResult(verdict, message, List.of(), List.of());
  }

  /** Returns whether the message is to be delivered: it passes, and no milter wants it held. */
  public boolean isDeliverable() {
    return verdict.passes() && quarantine.isEmpty();
  }

  /** Returns the sender as milters left it, in angle brackets; {@code <>} for none. */
  public String sender() {
    return message.envelope().sender().path().toUtf8String();
  }

  /** Returns the recipients as milters left them, in angle brackets; there may be none. */
  public List<String> recipients() {
    return message.envelope().recipients().stream()
        .map(recipient -> recipient.path().toUtf8String())
        .toList();
  }

  /**
   * Writes the message as milters left it, with the server's own trace field where milters count
   * it: no milter sees that field, and one that inserts a field at index 0 wants it above.
   *
   * <p>Blocks as {@code out} does; a body in a file is read from there.
   *
   * @param receivedField one field, folded or not, such as {@code Received: by mx.example.org;
   *     date}; a line end is added, and made CRLF, where it is missing. Empty for none
   * @throws IOException if {@code out} fails or the body cannot be read
   * @throws IllegalStateException if the message does not pass: it must not go anywhere
   */
  public void writeTo(OutputStream out, String receivedField) throws IOException {
    passed().writeTo(out, field(receivedField));
  }

  /**
   * Returns the bytes that {@link #writeTo} writes, to be read once. Needs no closing.
   *
   * @param receivedField as in {@code writeTo}
   * @throws IllegalStateException if the message does not pass
   */
  public InputStream toInputStream(String receivedField) {
    return passed().toInputStream(field(receivedField));
  }

  private MailMessage passed() {
    if (!verdict.passes()) {
      throw new IllegalStateException("the message does not pass the milters: " + verdict);
    }
    return message;
  }

  private static Bytes field(String text) {
    String lines = text.replace("\r\n", "\n").stripTrailing();
    return lines.isEmpty() ? Bytes.EMPTY : Bytes.ofUtf8(lines.replace("\n", "\r\n") + "\r\n");
  }
}
