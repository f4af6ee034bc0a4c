package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.util.Optional;
import org.miltergate.gateway.intake.MessageIntake;
import org.miltergate.gateway.relay.Afterwards;
import org.miltergate.gateway.smtp.content.ContentCollector;
import org.miltergate.gateway.smtp.content.DataReader;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.ReplyWriter;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.session.Transaction;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.SmtpReply;

/**
 * DATA: asks the milters, and reads the message.
 *
 * <p>Whatever becomes of the message, it is read to its end before the reply. If DATA is refused,
 * the connection of a client that has sent content already ends. Not thread-safe; used by the
 * session's thread.
 */
final class DataCommand {
  private final SessionScope scope;
  private final ClientInput input;
  private final ReplyWriter replies;
  private final MessageIntake intake;
  private final UnwaitedInput unwaited;

  DataCommand(
      SessionScope scope,
      ClientInput input,
      ReplyWriter replies,
      MessageIntake intake,
      UnwaitedInput unwaited) {
    this.scope = scope;
    this.input = input;
    this.replies = replies;
    this.intake = intake;
    this.unwaited = unwaited;
  }

  /**
   * Answers DATA; writes 354 itself and returns the reply to the message.
   *
   * @throws ClientTimeoutException if the client is too slow
   * @throws ClientGoneException if the connection ends
   */
  Answer data(Bytes argument) throws IOException {
    Optional<Answer> refusal = refusal(argument);
    if (refusal.isPresent()) {
      return unwaited.after("DATA", refusal.get());
    }
    Transaction transaction = scope.state().transaction().orElseThrow();
    replies.add(SmtpReply.of(354, "End data with <CR><LF>.<CR><LF>"));
    replies.flush();
    ContentCollector content = intake.collector();
    try {
      new DataReader(input, scope.bareNewlines(), content).read(intake.pace());
      return intake.finish(transaction, content);
    } finally {
      Afterwards.run("content is dropped", content::close);
    }
  }

  private Optional<Answer> refusal(Bytes argument) {
    if (scope.state().chunks().isPresent()) {
      return Optional.of(Answer.of(503, "5.5.1 Error: DATA after BDAT"));
    }
    Optional<Answer> refusal = intake.refusalOfEnvelope("DATA");
    if (refusal.isPresent()) {
      return refusal;
    }
    return argument.isEmpty()
        ? intake.refusalOfMilters("DATA", scope.state().transaction().orElseThrow())
        : Optional.of(Answer.of(501, "5.5.4 Syntax: DATA"));
  }
}
