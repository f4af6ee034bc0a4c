package org.miltergate.milter.test.mta;

import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.wire.PacketText;
import org.miltergate.milter.wire.Reply;

/**
 * What came of one stage.
 *
 * @param handling whether the milter was asked at all
 * @param reply the milter's verdict on the stage; {@link Reply.Continue} if it was not asked
 * @param edits in order; empty except at {@link Stage#EOM}
 * @param progress how often the milter said that it is still working
 * @param smtpReply what the SMTP client hears if the stage was refused
 * @param time from the write of the command to the end of the verdict; zero if there was none
 */
public record StageAnswer(
    Stage stage,
    Handling handling,
    Reply.Verdict reply,
    List<Reply.Modification> edits,
    int progress,
    Optional<SmtpReply> smtpReply,
    Duration time) {

  /** Whether a milter was asked. */
  public enum Handling {
    /** The command was sent and answered. */
    ANSWERED,
    /** The command was sent; the milter had promised not to answer. */
    UNANSWERED,
    /** The milter had declined the stage, or its version does not have it. */
    DECLINED,
    /** The milter had already decided, or skipped the rest of such events. */
    PASSED_BY
  }

  public StageAnswer {
    Objects.requireNonNull(stage, "stage");
    Objects.requireNonNull(handling, "handling");
    Objects.requireNonNull(reply, "reply");
    edits = List.copyOf(edits);
    Objects.requireNonNull(smtpReply, "smtpReply");
    Objects.requireNonNull(time, "time");
  }

  static StageAnswer without(Stage stage, Handling handling) {
    return new StageAnswer(
        stage, handling, new Reply.Continue(), List.of(), 0, Optional.empty(), Duration.ZERO);
  }

  /** Returns what the reply means: {@link Verdict#ACCEPT} for "continue", too. */
  public Verdict verdict() {
    return Verdict.of(reply);
  }

  /** Writes stage, reply and time, such as {@code MAIL REJECT 3ms}. */
  @Override
  public String toString() {
    return handling == Handling.ANSWERED
        ? stage + " " + PacketText.write(reply) + " " + DurationText.of(time)
        : stage + " " + handling;
  }
}
