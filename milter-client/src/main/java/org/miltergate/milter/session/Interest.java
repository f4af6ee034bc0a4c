package org.miltergate.milter.session;

import java.util.EnumSet;
import java.util.Set;

/**
 * What a milter still needs to be sent, according to its verdicts.
 *
 * <p>Two scopes, kept apart: an accept at CONNECT or HELO holds for the connection, one later for
 * the message. Once it has decided, a libmilter filter answers nothing more of that message, so
 * sending on would hang.
 */
final class Interest {
  private boolean connectionOver;
  private boolean messageOver;
  private final Set<Stage> skipped = EnumSet.noneOf(Stage.class);

  boolean isIn(Stage stage) {
    if (connectionOver) {
      return false;
    }
    return !stage.isOfMessage() || !(messageOver || skipped.contains(stage));
  }

  void over(Stage stage, boolean inMessage) {
    if (stage.isConnectionWide()) {
      connectionOver = true;
    } else if (inMessage) {
      messageOver = true;
    }
  }

  /** A refused recipient concerns that recipient, a refused unknown command only that line. */
  void refused(Stage stage) {
    if (stage != Stage.RCPT && stage != Stage.UNKNOWN) {
      over(stage, true);
    }
  }

  void overForConnection() {
    connectionOver = true;
  }

  /** Elsewhere than at these three stages SKIP means no more than CONTINUE. */
  void skip(Stage stage) {
    if (stage == Stage.RCPT || stage == Stage.HEADER || stage == Stage.BODY) {
      skipped.add(stage);
    }
  }

  boolean isMessageOver() {
    return messageOver || connectionOver;
  }

  /** Returns whether messages to come are of interest. */
  boolean isInConnection() {
    return !connectionOver;
  }

  void nextMessage() {
    messageOver = false;
    skipped.clear();
  }
}
