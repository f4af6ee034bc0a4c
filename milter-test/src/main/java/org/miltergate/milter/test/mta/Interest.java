package org.miltergate.milter.test.mta;

import java.util.EnumSet;
import java.util.Set;
import org.miltergate.milter.wire.Reply;

/**
 * What a milter still wants to hear after its verdicts, by Postfix's rules. A milter on libmilter
 * does not answer what it is told beyond that.
 */
final class Interest {
  private boolean connectionOver;
  private boolean messageOver;
  private final Set<Stage> skipped = EnumSet.noneOf(Stage.class);

  boolean wants(Stage stage) {
    return switch (stage) {
      case CONNECT, HELO, UNKNOWN -> !connectionOver;
      case MAIL, RCPT, DATA, HEADER, EOH, BODY, EOM ->
          !connectionOver && !messageOver && !skipped.contains(stage);
    };
  }

  void messageBegins() {
    messageOver = false;
    skipped.clear();
  }

  void connectionBegins() {
    connectionOver = false;
    messageBegins();
  }

  void heard(Stage stage, Reply.Verdict reply) {
    boolean beforeMail = stage == Stage.CONNECT || stage == Stage.HELO;
    switch (reply) {
      case Reply.Continue r -> {}
      case Reply.Skip r -> skip(stage);
      case Reply.Shutdown r -> connectionOver = true;
      case Reply.ConnectionFailure r -> connectionOver = true;
      case Reply.Accept r -> decided(beforeMail, stage != Stage.UNKNOWN);
      case Reply.Discard r -> decided(false, !beforeMail && stage != Stage.UNKNOWN);
      case Reply.Reject r -> refused(stage, beforeMail);
      case Reply.TempFail r -> refused(stage, beforeMail);
      case Reply.ReplyCode r -> refused(stage, beforeMail);
    }
  }

  private void skip(Stage stage) {
    if (stage == Stage.RCPT || stage == Stage.HEADER || stage == Stage.BODY) {
      skipped.add(stage);
    }
  }

  private void refused(Stage stage, boolean beforeMail) {
    decided(beforeMail, stage != Stage.RCPT && stage != Stage.UNKNOWN);
  }

  private void decided(boolean connection, boolean message) {
    connectionOver |= connection;
    messageOver |= message;
  }
}
