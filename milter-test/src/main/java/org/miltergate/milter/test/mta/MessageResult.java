package org.miltergate.milter.test.mta;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Collectors;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;

/**
 * What a milter made of one message.
 *
 * <p>Immutable and thread-safe.
 *
 * @param verdict on the message as a whole: if every recipient is refused, so is the message
 * @param stage that gave the verdict; {@link Stage#EOM} if the message passed without a word before
 * @param reply what the SMTP client hears if the message is refused
 * @param edits in the order in which they came; applied only if the message passes
 * @param original the message as it was put to the milter
 * @param message the message with its edits if it passes; otherwise the original
 * @param ignored what of the edits could not be done, one line each
 * @param refusedRecipients those that the milter refused while the message went on
 * @param answers of all stages, in order
 * @param transcript of the connection up to the end of this message
 */
public record MessageResult(
    Verdict verdict,
    Stage stage,
    Optional<SmtpReply> reply,
    List<Reply.Modification> edits,
    MailMessage original,
    MailMessage message,
    List<String> ignored,
    List<Recipient> refusedRecipients,
    List<StageAnswer> answers,
    String transcript) {
  public MessageResult {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(reply, "reply");
    edits = List.copyOf(edits);
    Objects.requireNonNull(original, "original");
    Objects.requireNonNull(message, "message");
    ignored = List.copyOf(ignored);
    refusedRecipients = List.copyOf(refusedRecipients);
    answers = List.copyOf(answers);
    Objects.requireNonNull(transcript, "transcript");
  }

  /** Returns the edits as text, such as {@code ADDHEADER X-Spam|no}. */
  public List<String> editTexts() {
    return edits.stream().map(PacketText::write).toList();
  }

  /** Returns the reasons for quarantine, in order; the last counts. */
  public List<String> quarantine() {
    return edits.stream()
        .filter(Reply.Quarantine.class::isInstance)
        .map(edit -> ((Reply.Quarantine) edit).reason().toUtf8String())
        .collect(Collectors.toList());
  }

  /** Returns the resulting message: header, empty line and body, without a Received of the MTA. */
  public Bytes messageBytes() {
    return bytes(message);
  }

  /** Returns the message as it was put to the milter. */
  public Bytes originalBytes() {
    return bytes(original);
  }

  private static Bytes bytes(MailMessage message) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try {
      message.writeTo(out);
    } catch (IOException e) {
      throw new UncheckedIOException("a message in memory cannot be read", e);
    }
    return Bytes.copyOf(out.toByteArray());
  }

  /** Returns how long the milter took at one stage, all its packets together. */
  public Duration time(Stage stage) {
    return answers.stream()
        .filter(answer -> answer.stage() == stage)
        .map(StageAnswer::time)
        .reduce(Duration.ZERO, Duration::plus);
  }

  /** Returns how long the milter took for the message. */
  public Duration time() {
    return answers.stream().map(StageAnswer::time).reduce(Duration.ZERO, Duration::plus);
  }

  /** Writes verdict, stage and reply in one line. */
  @Override
  public String toString() {
    String text = verdict + " at " + stage + reply.map(r -> ": " + r).orElse("");
    return edits.isEmpty() ? text : text + ", " + edits.size() + " edits";
  }
}
