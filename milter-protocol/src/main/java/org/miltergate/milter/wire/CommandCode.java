package org.miltergate.milter.wire;

import java.util.Optional;

/** The letters of the commands ({@code SMFIC_*}). */
public enum CommandCode {
  NEGOTIATE('O'),
  MACRO('D'),
  CONNECT('C'),
  HELO('H'),
  MAIL('M'),
  RCPT('R'),
  DATA('T'),
  HEADER('L'),
  END_OF_HEADERS('N'),
  BODY('B'),
  END_OF_MESSAGE('E'),
  UNKNOWN('U'),
  ABORT('A'),
  QUIT('Q'),
  QUIT_KEEP_CONNECTION('K');

  private static final CommandCode[] BY_LETTER = new CommandCode[128];

  static {
    for (CommandCode code : values()) {
      BY_LETTER[code.letter] = code;
    }
  }

  private final byte letter;

  CommandCode(char letter) {
    this.letter = (byte) letter;
  }

  public byte letter() {
    return letter;
  }

  public static Optional<CommandCode> ofLetter(byte letter) {
    return letter < 0 ? Optional.empty() : Optional.ofNullable(BY_LETTER[letter]);
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
}
