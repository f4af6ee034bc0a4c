package org.miltergate.milter.server;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.CommandCode;
import org.miltergate.milter.wire.Negotiation;
import org.miltergate.milter.wire.ProtocolSteps.Step;
import org.miltergate.milter.wire.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One client's events, from CONNECT to QUIT: calls the handler and replies.
 *
 * <p>Does no I/O of its own. Not thread-safe; use from one thread at a time.
 */
@SuppressWarnings("ReferenceEquality") // answers without text are one object each
final class Dialogue implements MilterContext {
  private static final Logger log = LoggerFactory.getLogger(Dialogue.class);

  private final String name;
  private final FilterWish wish;
  private final Negotiation agreed;
  private final ReplyWriter out;
  private final MilterHandler handler;
  private final MacroStore macros = new MacroStore();
  private final Transaction transaction;

  /** The verdict on the whole connection, once there is one. */
  private Optional<Answer> judged = Optional.empty();

  private boolean connected;

  /** A call of the handler. */
  private interface Call {
    Answer answer() throws Exception;
  }

  Dialogue(
      String name, FilterWish wish, Negotiation agreed, HandlerFactory factory, ReplyWriter out) {
    this.name = name;
    this.wish = wish;
    this.agreed = agreed;
    this.out = out;
    this.transaction = new Transaction(wish.events().contains(MilterEvent.MAIL));
    this.handler = factory.open(this);
  }

  @Override
  public Negotiation agreed() {
    return agreed;
  }

  @Override
  public Optional<Bytes> macro(String macro) {
    return macros.get(macro);
  }

  @Override
  public Map<String, Bytes> macros() {
    return macros.all();
  }

  /**
   * Handles one command, other than those that begin or end a dialogue.
   *
   * @throws OutOfOrderException if the command is out of order
   */
  void handle(Command command) throws IOException, OutOfOrderException {
    macros.begin(CommandCode.of(command).letter());
    switch (command) {
      case Command.Macro c -> macros.put(c.command(), c.values());
      case Command.Connect c -> {
        if (connected) {
          throw new OutOfOrderException("a second CONNECT came");
        }
        connected = true;
        onConnection(MilterEvent.CONNECT, () -> handler.connect(c.hostname(), c.address()));
      }
      case Command.Helo c -> onConnection(MilterEvent.HELO, () -> handler.helo(c.name()));
      case Command.Mail c -> {
        giveUpMessage();
        onMessage(MilterEvent.MAIL, () -> handler.mail(c.sender(), c.arguments()));
      }
      case Command.Rcpt c ->
          onMessage(MilterEvent.RCPT, () -> handler.rcpt(c.recipient(), c.arguments()));
      case Command.Data c -> onMessage(MilterEvent.DATA, handler::data);
      case Command.Header c ->
          onMessage(MilterEvent.HEADER, () -> handler.header(c.name(), c.value()));
      case Command.EndOfHeaders c -> onMessage(MilterEvent.END_OF_HEADERS, handler::endOfHeaders);
      case Command.Body c -> onMessage(MilterEvent.BODY, () -> handler.body(c.chunk()));
      case Command.EndOfMessage c -> onEndOfMessage(c.chunk());
      case Command.Unknown c ->
          send(MilterEvent.UNKNOWN, ask(MilterEvent.UNKNOWN, () -> handler.unknown(c.line())));
      case Command.Abort c -> giveUpMessage();
      case Command.Negotiate c -> throw new OutOfOrderException("a second OPTNEG came");
      case Command.Quit c -> throw notHere(c);
      case Command.QuitKeepConnection c -> throw notHere(c);
    }
  }

  private static IllegalArgumentException notHere(Command command) {
    return new IllegalArgumentException(command + " ends the dialogue and is not part of it");
  }

  /** Tells the handler that the connection has ended. */
  void end() {
    giveUpMessage();
    tell("close", handler::close);
  }

  private void onConnection(MilterEvent event, Call call) throws IOException {
    Answer answer = ask(event, call);
    if (answer == Answer.DISCARD) {
      warn(event, "there is no message to discard; continuing");
      answer = Answer.CONTINUE;
    }
    if (judged.isEmpty() && answer.isFinal()) {
      judged = Optional.of(answer);
    }
    send(event, answer);
  }

  private void onMessage(MilterEvent event, Call call) throws IOException, OutOfOrderException {
    transaction.begin(event);
    send(event, judge(event, call));
  }

  private Answer judge(MilterEvent event, Call call) {
    if (transaction.skips(event)) {
      return Answer.CONTINUE;
    }
    Answer answer = transaction.verdict().orElseGet(() -> ask(event, call));
    if (wish.unanswered().contains(event) && answer.isFinal()) {
      transaction.keep(answer); // it failed, and there is nobody left to tell
    } else {
      transaction.judge(event, answer);
    }
    return answer;
  }

  private void onEndOfMessage(Bytes chunk) throws IOException, OutOfOrderException {
    if (!chunk.isEmpty()) {
      transaction.begin(MilterEvent.BODY);
      judge(MilterEvent.BODY, () -> handler.body(chunk));
    }
    transaction.beginEnd();
    Optional<Answer> verdict = judged.isPresent() ? judged : transaction.verdict();
    Answer answer = verdict.isPresent() ? verdict.get() : decide();
    transaction.end();
    out.append(answer.verdict());
    out.flush();
  }

  private Answer decide() throws IOException {
    AgreedEdits edits = new AgreedEdits(agreed.actions(), out);
    try {
      Answer answer = requireAnswer(handler.endOfMessage(edits));
      return answer == Answer.SKIP ? Answer.CONTINUE : answer;
    } catch (PacketChannel.LostException e) {
      throw e;
    } catch (Throwable e) {
      return failed("endOfMessage", e);
    } finally {
      edits.end();
    }
  }

  /** Calls the handler, unless it has already decided or did not ask for this event. */
  private Answer ask(MilterEvent event, Call call) {
    if (judged.isPresent()) {
      return judged.get();
    }
    if (!wish.events().contains(event)) {
      return Answer.CONTINUE;
    }
    Answer answer;
    try {
      answer = requireAnswer(call.answer());
    } catch (Throwable e) {
      return failed(event.name(), e);
    }
    if (wish.unanswered().contains(event) && answer != Answer.CONTINUE) {
      warn(event, "its reply '" + answer + "' is ignored, since no reply was agreed on");
      return Answer.CONTINUE;
    }
    if (answer == Answer.SKIP && event != MilterEvent.BODY) {
      warn(event, "only the body can be skipped; continuing");
      return Answer.CONTINUE;
    }
    return answer;
  }

  private static Answer requireAnswer(@Nullable Answer answer) {
    if (answer == null) {
      throw new NullPointerException("the handler returned null, must return an Answer");
    }
    return answer;
  }

  private void send(MilterEvent event, Answer answer) throws IOException {
    if (event.isUnanswered(agreed.steps())) {
      return;
    }
    boolean unknownSkip = answer == Answer.SKIP && !agreed.steps().has(Step.SKIP);
    out.append(unknownSkip ? new Reply.Continue() : answer.verdict());
    out.flush();
  }

  private void giveUpMessage() {
    boolean undecided = transaction.isOpen() && transaction.verdict().isEmpty();
    transaction.end();
    if (undecided && judged.isEmpty()) {
      tell("abort", handler::abort);
    }
  }

  private interface Notice {
    void give() throws Exception;
  }

  private void tell(String what, Notice notice) {
    try {
      notice.give();
    } catch (Throwable e) {
      failed(what, e);
    }
  }

  private Answer failed(String stage, Throwable cause) {
    log.error("filter-failed: milter={} stage={} cause={}", name, stage, cause, cause);
    return Answer.TEMPFAIL;
  }

  private void warn(MilterEvent event, String remark) {
    log.warn("filter-answer: milter={} stage={} remark={}", name, event, remark);
  }
}
