package org.miltergate.milter.chain;

import org.miltergate.milter.session.Stage;

/**
 * What a milter has said that still holds: for the connection, and for the current message.
 *
 * <p>A milter that has refused is not asked again, so that its word has to be kept: another one
 * before it may have refused the same recipient, and only that refusal was heard. Not thread-safe.
 */
final class Standing {
  private Verdict ofConnection = Verdict.PASS;
  private Verdict ofMessage = Verdict.PASS;
  private boolean judged;

  void note(Stage stage, Verdict verdict) {
    judged |= stage == Stage.END_OF_MESSAGE;
    switch (verdict) {
      case Verdict.Pass pass -> {}
      case Verdict.Discard discard -> ofMessage = ofMessage.or(discard);
      case Verdict.Refuse refuse -> {
        if (stage.isConnectionWide() || refuse.reply().closesConnection()) {
          ofConnection = ofConnection.or(refuse);
        } else if (stage.isOfMessage() && stage != Stage.RCPT) {
          ofMessage = ofMessage.or(refuse);
        }
      }
    }
  }

  /** Returns what holds for the current message. */
  Verdict verdict() {
    return ofConnection.or(ofMessage);
  }

  /** Returns whether the milter has given its verdict at the end of the current message. */
  boolean hasJudged() {
    return judged;
  }

  void endMessage() {
    ofMessage = Verdict.PASS;
    judged = false;
  }

  /** A new connection begins, and with it a new judgement of the client. */
  void beginConnection() {
    ofConnection = Verdict.PASS;
    endMessage();
  }
}
