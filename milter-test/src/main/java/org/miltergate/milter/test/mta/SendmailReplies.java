package org.miltergate.milter.test.mta;

import java.util.List;
import java.util.Optional;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.EnhancedStatus;

/** How Sendmail writes a milter's reply: with an enhanced status code, and the address. */
final class SendmailReplies {
  private SendmailReplies() {}

  static SmtpReply written(SmtpReply reply, Stage stage, Bytes path) {
    boolean beforeMail = stage == Stage.CONNECT || stage == Stage.HELO;
    if (stage == Stage.CONNECT && reply.isPermanentFailure()) {
      return SmtpReply.of(550, "5.0.0 Command rejected"); // the milter's text is dropped
    }
    boolean addressed = !beforeMail && (stage == Stage.MAIL || stage == Stage.RCPT);
    String prefix = addressed ? path.toUtf8String() + "... " : "";
    List<Bytes> lines =
        reply.lines().stream()
            .map(line -> line(reply.code(), line.toUtf8String(), prefix))
            .map(Bytes::ofUtf8)
            .toList();
    return new SmtpReply(reply.code(), lines);
  }

  private static String line(int code, String text, String prefix) {
    Optional<EnhancedStatus> status = EnhancedStatus.at(text);
    String rest = status.map(s -> text.substring(s.length())).orElse(text).stripLeading();
    return status.map(EnhancedStatus::code).orElse(code / 100 + ".0.0") + " " + prefix + rest;
  }
}
