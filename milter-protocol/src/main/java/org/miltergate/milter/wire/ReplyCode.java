package org.miltergate.milter.wire;

import org.jspecify.annotations.Nullable;

/**
 * The letters of the replies, milter to MTA ({@code sendmail include/libmilter/mfdef.h}). Not to be
 * confused with SMTP reply codes, such as 550, which only {@link #REPLY_CODE} contains.
 *
 * <p>{@code SMFIR_SETSYMLIST} is missing, since its data is part of the negotiation.
 */
enum ReplyCode {
  /** {@code SMFIC_OPTNEG}, the same in both directions. */
  NEGOTIATE('O'),
  /** {@code SMFIR_PROGRESS}. */
  PROGRESS('p'),
  /** {@code SMFIR_CONTINUE}. */
  CONTINUE('c'),
  /** {@code SMFIR_ACCEPT}. */
  ACCEPT('a'),
  /** {@code SMFIR_REJECT}. */
  REJECT('r'),
  /** {@code SMFIR_TEMPFAIL}. */
  TEMPFAIL('t'),
  /** {@code SMFIR_DISCARD}. */
  DISCARD('d'),
  /** {@code SMFIR_SKIP}. */
  SKIP('s'),
  /** {@code SMFIR_SHUTDOWN}. */
  SHUTDOWN('4'),
  /** {@code SMFIR_CONN_FAIL}. */
  CONNECTION_FAILURE('f'),
  /** {@code SMFIR_REPLYCODE}. */
  REPLY_CODE('y'),
  /** {@code SMFIR_ADDRCPT}. */
  ADD_RECIPIENT('+'),
  /** {@code SMFIR_ADDRCPT_PAR}. */
  ADD_RECIPIENT_WITH_ARGUMENTS('2'),
  /** {@code SMFIR_DELRCPT}. */
  DELETE_RECIPIENT('-'),
  /** {@code SMFIR_CHGFROM}. */
  CHANGE_SENDER('e'),
  /** {@code SMFIR_ADDHEADER}. */
  ADD_HEADER('h'),
  /** {@code SMFIR_INSHEADER}. */
  INSERT_HEADER('i'),
  /** {@code SMFIR_CHGHEADER}. */
  CHANGE_HEADER('m'),
  /** {@code SMFIR_REPLBODY}. */
  REPLACE_BODY('b'),
  /** {@code SMFIR_QUARANTINE}. */
  QUARANTINE('q');

  private static final @Nullable ReplyCode[] BY_LETTER = new @Nullable ReplyCode[128];

  static {
    for (ReplyCode reply : values()) {
      BY_LETTER[reply.letter] = reply;
    }
  }

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

  static @Nullable ReplyCode find(byte letter) {
    return letter < 0 ? null : BY_LETTER[letter];
  }
}
