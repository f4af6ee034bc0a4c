package org.miltergate.milter.test.mta;

import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.MacroStage;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** A point at which a milter is asked, in the order of an SMTP session. */
public enum Stage {
  CONNECT(CommandCode.CONNECT, Step.NO_CONNECT, Step.NO_REPLY_CONNECT, MacroStage.CONNECT),
  HELO(CommandCode.HELO, Step.NO_HELO, Step.NO_REPLY_HELO, MacroStage.HELO),
  MAIL(CommandCode.MAIL, Step.NO_MAIL, Step.NO_REPLY_MAIL, MacroStage.MAIL),
  RCPT(CommandCode.RCPT, Step.NO_RCPT, Step.NO_REPLY_RCPT, MacroStage.RCPT),
  DATA(CommandCode.DATA, Step.NO_DATA, Step.NO_REPLY_DATA, MacroStage.DATA),
  HEADER(CommandCode.HEADER, Step.NO_HEADERS, Step.NO_REPLY_HEADERS, MacroStage.END_OF_HEADERS),
  /** The end of the header block. */
  EOH(
      CommandCode.END_OF_HEADERS,
      Step.NO_END_OF_HEADERS,
      Step.NO_REPLY_END_OF_HEADERS,
      MacroStage.END_OF_HEADERS),
  BODY(CommandCode.BODY, Step.NO_BODY, Step.NO_REPLY_BODY, MacroStage.END_OF_MESSAGE),
  /** The end of the message, where edits are made; always sent, always answered. */
  EOM(CommandCode.END_OF_MESSAGE, null, null, MacroStage.END_OF_MESSAGE),
  /** A command that the MTA does not know. */
  UNKNOWN(CommandCode.UNKNOWN, Step.NO_UNKNOWN, Step.NO_REPLY_UNKNOWN, null);

  private static final int VERSION_WITH_UNKNOWN = 3;
  private static final int VERSION_WITH_DATA = 4;

  private final CommandCode code;
  private final Optional<Step> declined;
  private final Optional<Step> unanswered;
  private final Optional<MacroStage> macros;

  Stage(
      CommandCode code,
      @Nullable Step declined,
      @Nullable Step unanswered,
      @Nullable MacroStage macros) {
    this.code = code;
    this.declined = Optional.ofNullable(declined);
    this.unanswered = Optional.ofNullable(unanswered);
    this.macros = Optional.ofNullable(macros);
  }

  byte letter() {
    return code.letter();
  }

  /** Returns the stage whose list of macros is used. */
  Optional<MacroStage> macros() {
    return macros;
  }

  /** Returns the step by which a milter declines this stage; empty at {@link #EOM}. */
  public Optional<Step> declined() {
    return declined;
  }

  /** Returns the step by which a milter promises no reply to this stage; empty at {@link #EOM}. */
  public Optional<Step> unanswered() {
    return unanswered;
  }

  /** Returns whether the stage is sent to a milter with which this was agreed. */
  public boolean isSent(Negotiation agreed) {
    int since =
        switch (this) {
          case UNKNOWN -> VERSION_WITH_UNKNOWN;
          case DATA -> VERSION_WITH_DATA;
          default -> 0;
        };
    return Integer.compareUnsigned(agreed.version(), since) >= 0
        && declined.filter(agreed.steps()::has).isEmpty();
  }

  /** Returns whether a milter with which this was agreed answers the stage. */
  public boolean isAnswered(Negotiation agreed) {
    return unanswered.filter(agreed.steps()::has).isEmpty();
  }
}
