package org.miltergate.milter.wire;

import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The letters of the commands, MTA to milter ({@code sendmail include/libmilter/mfdef.h}). */
public enum CommandCode {
  /** {@code SMFIC_OPTNEG}. */
  NEGOTIATE('O'),
  /** {@code SMFIC_MACRO}. */
  MACRO('D'),
  /** {@code SMFIC_CONNECT}. */
  CONNECT('C'),
  /** {@code SMFIC_HELO}. */
  HELO('H'),
  /** {@code SMFIC_MAIL}. */
  MAIL('M'),
  /** {@code SMFIC_RCPT}. */
  RCPT('R'),
  /** {@code SMFIC_DATA}. */
  DATA('T'),
  /** {@code SMFIC_HEADER}. */
  HEADER('L'),
  /** {@code SMFIC_EOH}. */
  END_OF_HEADERS('N'),
  /** {@code SMFIC_BODY}. */
  BODY('B'),
  /** {@code SMFIC_BODYEOB}. */
  END_OF_MESSAGE('E'),
  /** {@code SMFIC_UNKNOWN}. */
  UNKNOWN('U'),
  /** {@code SMFIC_ABORT}. */
  ABORT('A'),
  /** {@code SMFIC_QUIT}. */
  QUIT('Q'),
  /** {@code SMFIC_QUIT_NC}. */
  QUIT_KEEP_CONNECTION('K');

  private static final @Nullable CommandCode[] BY_LETTER = new @Nullable CommandCode[128];

  static {
    for (CommandCode code : values()) {
      BY_LETTER[code.letter] = code;
    }
  }

  private final byte letter;

  CommandCode(char letter) {
    this.letter = (byte) letter;
  }

  /** Returns the letter on the wire, which also identifies the command in a macro packet. */
  public byte letter() {
    return letter;
  }

  public static CommandCode of(Command command) {
    return switch (command) {
      case Command.Negotiate c -> NEGOTIATE;
      case Command.Macro c -> MACRO;
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
      case Command.Abort c -> ABORT;
      case Command.Quit c -> QUIT;
      case Command.QuitKeepConnection c -> QUIT_KEEP_CONNECTION;
    };
  }

  /** Returns the command for a letter on the wire, or empty if there is none. */
  public static Optional<CommandCode> ofLetter(byte letter) {
    return letter < 0 ? Optional.empty() : Optional.ofNullable(BY_LETTER[letter]);
  }
}
