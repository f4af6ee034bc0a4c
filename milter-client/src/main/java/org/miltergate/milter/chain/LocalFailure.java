package org.miltergate.milter.chain;

import java.io.IOException;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.mail.StandardReplies;
import org.miltergate.milter.session.Stage;
import org.miltergate.net.LocalFailureException;

/**
 * What went wrong on this side while a milter was asked: limits, disk, memory, descriptors,
 * interrupts, program errors, listeners that throw.
 *
 * <p>The only way in which any of these ends: what is at hand is refused for now, and no default
 * action of a milter applies.
 *
 * @param cause {@code LIMIT} or {@code LOCAL_FAILURE}
 */
record LocalFailure(Source.Cause cause, Throwable reason) {

  /** For a milter that has not been dialled yet. */
  static final LocalFailure NOT_OPENED =
      of(new IllegalStateException("the milter was not dialled"));

  static LocalFailure of(Throwable reason) {
    return new LocalFailure(
        reason instanceof EditLimitException ? Source.Cause.LIMIT : Source.Cause.LOCAL_FAILURE,
        reason);
  }

  /** Returns the refusal of the current stage; at CONNECT and HELO it ends the connection. */
  Verdict verdict(String milter, Stage stage) {
    return new Verdict.Refuse(reply(stage), new Source(milter, cause));
  }

  private SmtpReply reply(Stage stage) {
    if (stage.isConnectionWide()) {
      return StandardReplies.LOCAL_FAILURE_SHUTDOWN;
    }
    return isOfStorage() ? StandardReplies.NO_STORAGE : StandardReplies.LOCAL_FAILURE;
  }

  /** Of all that is read and written only bodies throw a plain {@link IOException}. */
  private boolean isOfStorage() {
    return reason instanceof IOException
        && cause == Source.Cause.LOCAL_FAILURE
        && !(reason instanceof LocalFailureException);
  }
}
