package org.miltergate.milter.session;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/**
 * A point of an SMTP session at which a milter is sent something and may reply.
 *
 * <p>Each constant knows the step bits that decline it or its answer, the version that brought it,
 * and the macro list that goes before it.
 *
 * @see "sendmail include/libmilter/mfdef.h"
 */
public enum Stage {
  CONNECT(Step.NO_CONNECT, Step.NO_REPLY_CONNECT, MacroStage.CONNECT, 2),
  HELO(Step.NO_HELO, Step.NO_REPLY_HELO, MacroStage.HELO, 2),
  MAIL(Step.NO_MAIL, Step.NO_REPLY_MAIL, MacroStage.MAIL, 2),
  RCPT(Step.NO_RCPT, Step.NO_REPLY_RCPT, MacroStage.RCPT, 2),
  DATA(Step.NO_DATA, Step.NO_REPLY_DATA, MacroStage.DATA, 4),
  HEADER(Step.NO_HEADERS, Step.NO_REPLY_HEADERS, null, 2),
  END_OF_HEADERS(
      Step.NO_END_OF_HEADERS, Step.NO_REPLY_END_OF_HEADERS, MacroStage.END_OF_HEADERS, 2),
  BODY(Step.NO_BODY, Step.NO_REPLY_BODY, null, 2),
  /** Never declined and always answered. */
  END_OF_MESSAGE(null, null, MacroStage.END_OF_MESSAGE, 2),
  UNKNOWN(Step.NO_UNKNOWN, Step.NO_REPLY_UNKNOWN, null, 3);

  private final ProtocolSteps declined;
  private final ProtocolSteps unanswered;
  private final Optional<MacroStage> macros;
  private final int sinceVersion;

  Stage(
      @Nullable Step declined,
      @Nullable Step unanswered,
      @Nullable MacroStage macros,
      int sinceVersion) {
    this.declined = steps(declined);
    this.unanswered = steps(unanswered);
    this.macros = Optional.ofNullable(macros);
    this.sinceVersion = sinceVersion;
  }

  private static ProtocolSteps steps(@Nullable Step step) {
    return step == null ? ProtocolSteps.NONE : ProtocolSteps.of(step);
  }

  /**
   * Returns the stage that {@code command} belongs to.
   *
   * @throws IllegalArgumentException if it is a command without one, such as ABORT
   */
  public static Stage of(Command command) {
    return switch (command) {
      case Command.Connect c -> CONNECT;
      case Command.Helo c -> HELO;
      case Command.Mail c -> MAIL;
      case Command.Rcpt c -> RCPT;
      case Command.Data c -> DATA;
      case Command.Header c -> HEADER;
      case Command.EndOfHeaders c -> END_OF_HEADERS;
      case Command.Body c -> BODY;
      case Command.EndOfMessage c -> END_OF_MESSAGE;
      case Command.Unknown c -> UNKNOWN;
      case Command.Negotiate c -> throw noStage(command);
      case Command.Macro c -> throw noStage(command);
      case Command.Abort c -> throw noStage(command);
      case Command.Quit c -> throw noStage(command);
      case Command.QuitKeepConnection c -> throw noStage(command);
    };
  }

  private static IllegalArgumentException noStage(Command command) {
    return new IllegalArgumentException(command.getClass().getSimpleName() + " has no stage");
  }

  /** Returns whether a milter that negotiated this is sent the command at all. */
  boolean isSentTo(Negotiated negotiated) {
    return negotiated.version() >= sinceVersion && !isDeclinedBy(negotiated);
  }

  /** Returns whether a milter asked not to be sent the command; its macros it gets anyway. */
  boolean isDeclinedBy(Negotiated negotiated) {
    return !negotiated.steps().and(declined).isEmpty();
  }

  /** Returns whether a milter that negotiated this answers the command. */
  boolean isAnsweredBy(Negotiated negotiated) {
    return negotiated.steps().and(unanswered).isEmpty();
  }

  Optional<MacroStage> macroStage() {
    return macros;
  }

  /** Returns whether the SMTP client does not take part: HEADER to END_OF_MESSAGE. */
  public boolean isContent() {
    return this == HEADER || this == END_OF_HEADERS || this == BODY || this == END_OF_MESSAGE;
  }

  /** Returns whether the stage concerns the whole SMTP connection: CONNECT and HELO. */
  public boolean isConnectionWide() {
    return this == CONNECT || this == HELO;
  }

  /** Returns whether the stage belongs to one message: MAIL to END_OF_MESSAGE. */
  public boolean isOfMessage() {
    return !isConnectionWide() && this != UNKNOWN;
  }
}
