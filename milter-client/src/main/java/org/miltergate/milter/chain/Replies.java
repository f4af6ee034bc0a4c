package org.miltergate.milter.chain;

import java.util.Optional;
import java.util.function.Consumer;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText;
import org.miltergate.milter.mail.MilterReplyText.Octets;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Reply;

/** The SMTP client's reply for a milter's verdict or failure. */
final class Replies {
  private Replies() {}

  /**
   * Returns the verdict of one milter for the chain.
   *
   * @param octets which the client takes
   * @param odd gets a text if the milter's words could not be passed as they are
   */
  static Verdict verdict(
      Reply.Verdict said, Stage stage, Octets octets, String milter, Consumer<String> odd) {
    Source source = Source.said(milter);
    return switch (said) {
      case Reply.Continue v -> Verdict.PASS;
      case Reply.Accept v -> Verdict.PASS;
      case Reply.Skip v -> Verdict.PASS;
      case Reply.Discard v -> new Verdict.Discard(source);
      case Reply.Reject v -> new Verdict.Refuse(StandardReplies.REJECT, source);
      case Reply.TempFail v -> new Verdict.Refuse(StandardReplies.TEMPFAIL, source);
      case Reply.ReplyCode v -> new Verdict.Refuse(words(v.text(), octets, odd), source);
      case Reply.Shutdown v ->
          new Verdict.Refuse(
              stage.isContent()
                  ? StandardReplies.SHUTDOWN_CONTENT
                  : StandardReplies.SHUTDOWN_ENVELOPE,
              source);
      case Reply.ConnectionFailure v ->
          throw new IllegalStateException("the session takes this for a failure");
    };
  }

  private static SmtpReply words(Bytes text, Octets octets, Consumer<String> odd) {
    return switch (MilterReplyText.parse(text, octets)) {
      case MilterReplyText.Good(SmtpReply reply) -> reply;
      case MilterReplyText.Repaired(SmtpReply reply, String why) -> {
        odd.accept("reply text was mended: " + why);
        yield reply;
      }
      case MilterReplyText.Malformed malformed -> {
        odd.accept("reply text cannot be passed on: " + malformed.why());
        yield StandardReplies.inPlaceOf(text);
      }
    };
  }

  /** Returns the client's reply when a milter has failed; empty if the mail passes. */
  static Optional<SmtpReply> failure(FailurePolicy policy) {
    return switch (policy) {
      case ACCEPT, QUARANTINE -> Optional.empty();
      case REJECT -> Optional.of(StandardReplies.FAILURE_REJECT);
      case TEMPFAIL -> Optional.of(StandardReplies.FAILURE_TEMPFAIL);
      case SHUTDOWN -> Optional.of(StandardReplies.FAILURE_SHUTDOWN);
    };
  }
}
