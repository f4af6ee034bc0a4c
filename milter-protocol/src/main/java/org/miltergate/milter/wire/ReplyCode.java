package org.miltergate.milter.wire;

/** The letters of the replies ({@code SMFIR_*}). */
enum ReplyCode {
  NEGOTIATE('O'),
  PROGRESS('p'),
  CONTINUE('c'),
  ACCEPT('a'),
  REJECT('r'),
  TEMPFAIL('t'),
  DISCARD('d'),
  SKIP('s'),
  SHUTDOWN('4'),
  CONNECTION_FAILURE('f'),
  REPLY_CODE('y'),
  ADD_RECIPIENT('+'),
  ADD_RECIPIENT_WITH_ARGUMENTS('2'),
  DELETE_RECIPIENT('-'),
  CHANGE_SENDER('e'),
  ADD_HEADER('h'),
  INSERT_HEADER('i'),
  CHANGE_HEADER('m'),
  REPLACE_BODY('b'),
  QUARANTINE('q');

  private final byte letter;

  ReplyCode(char letter) {
    this.letter = (byte) letter;
  }

  byte letter() {
    return letter;
  }

  static ReplyCode of(Reply reply) {
    return switch (reply) {
      case Reply.Negotiate r -> NEGOTIATE;
      case Reply.Progress r -> PROGRESS;
      case Reply.Continue r -> CONTINUE;
      case Reply.Accept r -> ACCEPT;
      case Reply.Reject r -> REJECT;
      case Reply.TempFail r -> TEMPFAIL;
      case Reply.Discard r -> DISCARD;
      case Reply.Skip r -> SKIP;
      case Reply.Shutdown r -> SHUTDOWN;
      case Reply.ConnectionFailure r -> CONNECTION_FAILURE;
      case Reply.ReplyCode r -> REPLY_CODE;
      case Reply.AddRecipient r -> ADD_RECIPIENT;
      case Reply.AddRecipientWithArguments r -> ADD_RECIPIENT_WITH_ARGUMENTS;
      case Reply.DeleteRecipient r -> DELETE_RECIPIENT;
      case Reply.ChangeSender r -> CHANGE_SENDER;
      case Reply.AddHeader r -> ADD_HEADER;
      case Reply.InsertHeader r -> INSERT_HEADER;
      case Reply.ChangeHeader r -> CHANGE_HEADER;
      case Reply.ReplaceBody r -> REPLACE_BODY;
      case Reply.Quarantine r -> QUARANTINE;
    };
  }
}
