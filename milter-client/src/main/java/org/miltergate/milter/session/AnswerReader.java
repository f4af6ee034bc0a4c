package org.miltergate.milter.session;

import java.io.IOException;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;

/**
 * Reads what one milter answers: progress, modifications and in the end a verdict, each only where
 * it may stand.
 */
final class AnswerReader {
  /** For an answer before which nothing can be modified. */
  static final ModificationSink NO_MODIFICATION =
      modification -> {
        throw notAllowed(modification, Stage.END_OF_MESSAGE);
      };

  private final PacketStream packets;
  private final Negotiated negotiated;
  private final Interest interest;
  private final SessionListener listener;

  AnswerReader(
      PacketStream packets, Negotiated negotiated, Interest interest, SessionListener listener) {
    this.packets = packets;
    this.negotiated = negotiated;
    this.interest = interest;
    this.listener = listener;
  }

  /**
   * Reads up to the verdict, and notes what the milter is sent from now on.
   *
   * @param inMessage whether a message has been begun and not been ended
   * @throws IOException a {@link MilterException}, or what the sink throws
   */
  Reply.Verdict read(AwaitedAnswer answer, ModificationSink sink, boolean inMessage)
      throws IOException {
    Stage stage = answer.stage();
    while (true) {
      Reply reply = answer.nextPacket(packets);
      listener.said(reply);
      switch (reply) {
        case Reply.Verdict verdict -> {
          return settle(stage, verdict, inMessage);
        }
        case Reply.Progress progress -> {}
        case Reply.Modification modification -> {
          if (stage != Stage.END_OF_MESSAGE) {
            throw notAllowed(modification, stage);
          }
          sink.take(modification);
        }
        case Reply.Negotiate negotiate -> throw notAllowed(negotiate, stage);
      }
    }
  }

  /** Draws the conclusions from a verdict for what the milter is sent from now on. */
  private Reply.Verdict settle(Stage stage, Reply.Verdict verdict, boolean inMessage)
      throws MilterException {
    switch (verdict) {
      case Reply.Continue v -> {}
      case Reply.Accept v -> interest.over(stage, inMessage);
      case Reply.Reject v -> interest.refused(stage);
      case Reply.TempFail v -> interest.refused(stage);
      case Reply.ReplyCode v -> interest.refused(stage);
      case Reply.Shutdown v -> interest.overForConnection();
      case Reply.Discard v -> {
        if (!stage.isOfMessage()) {
          listener.warned("answered DISCARD to " + stage + ", where there is no message: ignored");
          return new Reply.Continue();
        }
        interest.over(stage, true);
      }
      case Reply.Skip v -> {
        if (!negotiated.steps().has(Step.SKIP)) {
          listener.warned("answered SKIP to " + stage + " without having asked for that right");
        }
        interest.skip(stage);
      }
      case Reply.ConnectionFailure v -> throw notAllowed(v, stage);
    }
    return verdict;
  }

  private static MilterProtocolException notAllowed(Reply reply, Stage stage) {
    return new MilterProtocolException(
        "%s is not legal in answer to %s".formatted(reply.getClass().getSimpleName(), stage));
  }
}
