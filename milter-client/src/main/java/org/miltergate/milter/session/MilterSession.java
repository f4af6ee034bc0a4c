package org.miltergate.milter.session;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;
import org.miltergate.net.LocalFailureException;

/**
 * One dialogue with one milter, for one SMTP connection.
 *
 * <p>{@link #send} and {@link #receive} are apart, so that a chain can write to all milters and
 * then read from all. What the milter declined, or has no interest in any more, is not sent; the
 * caller tells it everything and need not know.
 *
 * <p>Whatever an exchange throws closes the session, as the milter is then out of step: a {@link
 * MilterException} if the milter has failed, a {@link LocalFailureException} if this side has. A
 * session that ended so takes no further command, as mail would pass the milter unseen.
 *
 * <p>An interrupt of a thread that sends or receives closes the session with a {@link
 * LocalFailureException}; the thread stays marked as interrupted. Not thread-safe; use from one
 * thread at a time.
 *
 * @see "postfix src/milter/milter8.c"
 */
public final class MilterSession implements Closeable {

  /** What became of a command. */
  public enum Sent {
    /** Written; {@link #receive} has to be called for it. */
    AWAITS_REPLY,
    /** Written, or queued for the next write; the milter does not answer it. */
    NO_REPLY,
    /** Kept back, except for its macros: the milter declined this stage, or has already decided. */
    NOT_SENT
  }

  /** How long QUIT may take to be written; no reply is awaited. */
  private static final Duration GOODBYE = Duration.ofSeconds(1);

  private final MilterClient client;
  private final PacketStream packets;
  private final Negotiated negotiated;
  private final SessionListener listener;
  private final CommandWriter writer;
  private final AnswerReader reader;
  private final Queue<AwaitedAnswer> awaited = new ArrayDeque<>();
  private final Interest interest = new Interest();
  private final FilterOrder order;
  private SessionState state = SessionState.NEGOTIATED;

  /** A message was begun towards the milter and not yet ended by ABORT. */
  private boolean messageTold;

  private boolean closed;

  /** An exchange was broken off. */
  private boolean broken;

  private boolean ended;

  MilterSession(
      MilterClient client, PacketStream packets, Negotiated negotiated, SessionListener listener) {
    this.client = client;
    this.packets = packets;
    this.negotiated = negotiated;
    this.listener = listener;
    this.writer = new CommandWriter(client, packets, negotiated.macroLists(), listener);
    this.reader = new AnswerReader(packets, negotiated, interest, listener);
    this.order = new FilterOrder(negotiated);
  }

  /** Returns what this session agreed on. */
  public Negotiated negotiated() {
    return negotiated;
  }

  /**
   * Returns whether a command of this stage would be sent now: what the milter asked for and still
   * wants, except where libmilter would not answer it in this order. Does not block.
   */
  public boolean wants(Stage stage) {
    if (closed || !interest.isIn(stage)) {
      return false;
    }
    return switch (stage) {
      case UNKNOWN -> stage.isSentTo(negotiated) && takesUnknown();
      case END_OF_HEADERS -> stage.isSentTo(negotiated) || order.needsEndOfHeaders();
      case CONNECT, HELO, MAIL, RCPT, DATA, HEADER, BODY, END_OF_MESSAGE ->
          stage.isSentTo(negotiated);
    };
  }

  private boolean takesUnknown() {
    return !state.inMessage() || interest.isMessageOver() || order.takesUnknown();
  }

  /** Returns whether the milter asked to see recipients that the MTA refused. Does not block. */
  public boolean wantsRefusedRecipients() {
    return negotiated.steps().has(Step.REJECTED_RECIPIENTS) && wants(Stage.RCPT);
  }

  /**
   * Sends a command to the milter, with the macros of that stage in the same write.
   *
   * <p>With {@linkplain MilterClient.Builder#pipeline pipelining}, packets of the content wait for
   * the end of the message, a full buffer or {@link #receive}; the replies come in the order of the
   * commands.
   *
   * <p>Blocks while the milter takes nothing, at most for the command timeout, or from the first
   * header field on for the content timeout.
   *
   * @param macros read now, as far as the milter gets macros at that stage
   * @return whether {@link #receive} has to be called for it
   * @throws MilterException if it cannot be written in time, or if the milter said something
   *     unasked before
   * @throws LocalFailureException if this side is to blame, such as by an interrupt or by a command
   *     that is larger than a packet may be
   * @throws IllegalStateException if the command may not follow here, or the session has failed
   */
  public Sent send(Command command, Macros macros) throws MilterException, LocalFailureException {
    Stage stage = Stage.of(command);
    requireWhole();
    state = state.after(stage);
    if (!wants(stage)) {
      tellMacrosOnly(command, stage, macros);
      return Sent.NOT_SENT;
    }
    boolean answered = stage.isAnsweredBy(negotiated);
    broken = true;
    try {
      writer.write(command, stage, macros, answered, !awaited.isEmpty());
      broken = false;
    } finally {
      closeIfBroken();
    }
    if (state.inMessage() && !interest.isMessageOver()) {
      order.told(stage);
    }
    messageTold |= stage.isOfMessage();
    if (!answered) {
      return Sent.NO_REPLY;
    }
    awaited.add(new AwaitedAnswer(stage, writer.limitOf(stage), client.endOfMessageTimeout()));
    return Sent.AWAITS_REPLY;
  }

  /**
   * Tells the macros of a stage up to DATA that the milter declined, with the next write, as
   * Postfix does: a filter may read what came at CONNECT in its answer to MAIL.
   */
  private void tellMacrosOnly(Command command, Stage stage, Macros macros)
      throws MilterException, LocalFailureException {
    boolean declined = stage.isDeclinedBy(negotiated) && !stage.isContent();
    if (closed || !declined || !interest.isIn(stage)) {
      return;
    }
    broken = true;
    try {
      writer.macrosOnly(command, stage, macros);
      broken = false;
    } finally {
      closeIfBroken();
    }
  }

  /**
   * Waits for the verdict on the oldest command that awaits one.
   *
   * <p>Blocks at most for the command timeout (from the first header field on: the content
   * timeout), counted from the writing of the command and again from each progress report, and at
   * most for the end-of-message timeout in all. When several milters are asked together and then
   * read in turn, a stage costs one limit and not their sum.
   *
   * @return the verdict; what follows from it for later commands is kept here
   * @throws MilterTimeoutException if a packet is not there within its limit, or the verdict within
   *     the limit of the end of a message
   * @throws MilterProtocolException if the reply is malformed, or must not come at that stage
   * @throws LocalFailureException if this side is to blame, such as by an interrupt
   * @throws IllegalStateException if no command awaits a reply, or the session has failed
   */
  public Reply.Verdict receive() throws MilterException, LocalFailureException {
    try {
      return receive(AnswerReader.NO_MODIFICATION);
    } catch (MilterException | LocalFailureException e) {
      throw e;
    } catch (IOException e) {
      throw new IllegalStateException("only a sink throws this", e);
    }
  }

  /**
   * Waits for the verdict at the end of a message, and hands over the modifications before it.
   * Blocks as {@link #receive()}.
   *
   * @param sink gets the modifications in the order sent, before the verdict is known; a long new
   *     body comes in pieces. It may block; that time does not count
   * @throws IOException as {@link #receive()}, or what the sink threw; the session is then closed,
   *     as what follows was not read
   */
  public Reply.Verdict receive(ModificationSink sink) throws IOException {
    requireWhole();
    AwaitedAnswer answer = awaited.peek();
    if (answer == null) {
      throw new IllegalStateException("no command awaits a reply");
    }
    broken = true;
    try {
      writer.flush(answer.stage());
      Reply.Verdict verdict = reader.read(answer, sink, state.inMessage());
      if (verdict instanceof Reply.Accept && answer.stage().isConnectionWide()) {
        close();
      }
      awaited.remove();
      AwaitedAnswer next = awaited.peek();
      if (next == null) {
        packets.giveBack();
      } else {
        next.begin();
      }
      broken = false;
      endIfEarly();
      return verdict;
    } finally {
      closeIfBroken();
    }
  }

  /**
   * Hangs up on a milter that has decided while more of the message was under way: which of that it
   * answers is not known, so that the dialogue is out of step.
   */
  private void endIfEarly() {
    if (!awaited.isEmpty() && interest.isMessageOver()) {
      awaited.clear();
      ended = true;
      closeAtOnce();
    }
  }

  /** Returns whether a message has been begun and not been ended. */
  public boolean isInMessage() {
    return state.inMessage();
  }

  /** Returns how many commands await a reply. */
  public int awaitedReplies() {
    return awaited.size();
  }

  /**
   * Returns the stage of the oldest command that awaits a reply.
   *
   * @throws IllegalStateException if none does
   */
  public Stage awaitedStage() {
    AwaitedAnswer answer = awaited.peek();
    if (answer == null) {
      throw new IllegalStateException("no command awaits a reply");
    }
    return answer.stage();
  }

  /**
   * Returns whether the connection is over without anybody's failure, so that the next message
   * needs a new session: a verdict came in the middle of a pipelined message, or the milter closed
   * the connection between two messages. Looks at the connection if no message is under way.
   */
  public boolean endedEarly() {
    if (!closed && !state.inMessage() && awaited.isEmpty() && packets.isOver()) {
      ended = true;
      closeAtOnce();
    }
    return ended && interest.isInConnection();
  }

  /**
   * Returns whether the milter has decided about the current message, so that it is told nothing
   * more of it: by a verdict before the end of the message, or on the whole connection.
   */
  public boolean hasDecided() {
    return interest.isMessageOver();
  }

  /**
   * Ends the current message, so that the next one can begin.
   *
   * <p>A message that the milter gave its verdict on is followed by ABORT too, as with Postfix, but
   * only with the next write: it is in no hurry to hear it. Pipelined commands whose answers nobody
   * will read end the connection.
   *
   * @throws MilterException if it cannot be written in time
   * @throws LocalFailureException if this side is to blame, such as by an interrupt
   */
  public void endMessage() throws MilterException, LocalFailureException {
    if (!state.inMessage()) {
      return;
    }
    boolean urgent = state != SessionState.MESSAGE_OVER && !interest.isMessageOver();
    state = SessionState.READY;
    interest.nextMessage();
    order.messageOver();
    if (!messageTold || closed) {
      return;
    }
    if (client.pipeline() && !awaited.isEmpty()) {
      awaited.clear();
      ended = true;
      closeAtOnce();
      return;
    }
    requireNothingAwaited();
    messageTold = false;
    broken = true;
    try {
      writer.append(new Command.Abort());
      if (urgent) {
        packets.flush(client.commandTimeout(), "ABORT");
      }
      broken = false;
    } catch (MilterClosedException e) {
      // It has nothing to say to this message any more, and the next one gets a new connection.
      broken = false;
      ended = true;
      closeAtOnce();
    } finally {
      closeIfBroken();
    }
  }

  private void requireNothingAwaited() {
    if (!awaited.isEmpty()) {
      throw new IllegalStateException("replies to " + awaited + " were not received");
    }
  }

  private void requireWhole() {
    if (broken) {
      throw new IllegalStateException("the session has failed, mail would pass the milter unseen");
    }
  }

  private void closeIfBroken() {
    if (broken) {
      closeAtOnce();
    }
  }

  private void closeAtOnce() {
    closed = true;
    packets.close();
  }

  /** Sends QUIT, preceded by ABORT if a message is open, and closes the connection. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    try {
      if (messageTold) {
        writer.append(new Command.Abort());
      }
      writer.append(new Command.Quit());
      packets.flush(GOODBYE, "QUIT");
    } catch (MilterException e) {
      // The milter is gone already, and nothing is asked of it any more.
      listener.warned("did not hear QUIT: " + e.getMessage());
    } catch (LocalFailureException e) {
      // This side stops in the middle of it; the milter sees the connection end.
      return;
    } finally {
      closeAtOnce();
    }
  }
}
