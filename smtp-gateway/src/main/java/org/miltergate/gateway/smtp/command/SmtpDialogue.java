package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.miltergate.config.limits.LimitsConfig;
import org.miltergate.gateway.admission.CountedEvent;
import org.miltergate.gateway.intake.MessageIntake;
import org.miltergate.gateway.log.CommandCounts;
import org.miltergate.gateway.smtp.command.CommandReader.Line;
import org.miltergate.gateway.smtp.content.Chunks;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientInput;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.ReplyWriter;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.gateway.smtp.syntax.CommandLine;
import org.miltergate.gateway.smtp.syntax.Printable;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.Deadline;

/**
 * The command loop: the greeting, one command after another, and every way in which this can end.
 *
 * <p>Reply texts are Postfix's. Not thread-safe; used by the session's thread.
 *
 * @see "postfix src/smtpd/smtpd.c"
 */
public final class SmtpDialogue {
  private static final int MAX_IDLE_COMMANDS = 100;

  private final SessionScope scope;
  private final ClientSocket client;
  private final LimitsConfig limits;
  private final CommandReader commands;
  private final ReplyWriter replies;
  private final CommandCounts counts = new CommandCounts();
  private final HelloCommands hello;
  private final EnvelopeCommands envelope;
  private final DataCommand data;
  private final BdatCommand bdat;
  private final AuthCommand auth;
  private final XclientCommand xclient;
  private final XforwardCommand xforward;
  private final Greeter greeter;
  private final TlsStart tls;
  private final ClientInput input;
  private final UnwaitedInput unwaited;
  private Optional<String> unserved = Optional.empty();
  private String lastCommand = "CONNECT";
  private int errors;
  private int idleCommands;

  public SmtpDialogue(SessionScope scope, ClientSocket client) {
    this.scope = scope;
    this.client = client;
    this.limits = scope.server().limits();
    this.input = new ClientInput(client);
    this.unwaited = new UnwaitedInput(scope, input);
    this.commands = new CommandReader(input, scope::bareNewlines);
    this.replies = new ReplyWriter(client, limits.replyTimeout());
    this.tls = new TlsStart(scope, client, input);
    this.greeter = new Greeter(scope);
    this.xclient = new XclientCommand(scope, greeter);
    this.xforward = new XforwardCommand(scope);
    this.hello = new HelloCommands(scope);
    this.envelope = new EnvelopeCommands(scope);
    MessageIntake intake = new MessageIntake(scope, input);
    this.data = new DataCommand(scope, input, replies, intake, unwaited);
    this.bdat = new BdatCommand(scope, input, intake);
    this.auth = new AuthCommand(scope, client, commands, replies, unwaited);
  }

  public void run() {
    try {
      converse();
    } catch (ClientTimeoutException e) {
      count(CountedEvent.TIMED_OUT);
      scope.log().ended("timeout", lastCommand);
      goodbye(421, "4.4.2 %s Error: timeout exceeded");
    } catch (IOException e) {
      scope.log().ended("lost connection", lastCommand);
    } catch (RuntimeException e) {
      scope.log().mailAtRisk("internal error after " + lastCommand, e);
      goodbye(421, "4.3.0 %s Error: internal error");
    } finally {
      scope.abortMessage();
      scope.log().disconnected(counts);
    }
  }

  private void converse() throws IOException {
    if (tls.isImplicit()) {
      unserved = tls.begin();
    }
    Answer.Next next = unserved.isPresent() ? turnAway() : greet();
    while (next == Answer.Next.GO_ON) {
      if (errors >= scope.hardErrors()) {
        count(CountedEvent.ERRORS_EXCEEDED);
        scope.log().ended("too many errors", lastCommand);
        goodbye(421, "4.7.0 %s Error: too many errors");
        return;
      }
      Optional<Line> line = awaitLine();
      if (line.isEmpty()) {
        scope.log().ended("shutdown", lastCommand);
        goodbye(421, "4.3.2 %s Service shutting down");
        return;
      }
      next = unserved.isPresent() ? turnAway() : handle(line.get());
    }
  }

  private Answer.Next greet() throws IOException {
    Optional<Answer> early = new EarlyTalk(scope, client, input).listen();
    return finish(early.isPresent() ? early.get() : greeter.greet());
  }

  /** Tells a client without the required certificate why it is not served. */
  private Answer.Next turnAway() throws IOException {
    return finish(Answer.of(421, "4.7.1 %s Error: %s".formatted(hostname(), unserved.orElse(""))));
  }

  /** Returns the next line, or empty if the gateway is stopping. */
  private Optional<Line> awaitLine() throws IOException {
    Deadline ofCommand = Deadline.in(scope.commandTimeout());
    Optional<Chunks> chunks = scope.state().chunks();
    boolean withinMessage = chunks.isPresent();
    Deadline deadline = chunks.map(message -> message.limit(ofCommand)).orElse(ofCommand);
    if (commands.hasLine()) {
      return client.isDraining() && !withinMessage
          ? Optional.empty()
          : Optional.of(commands.read(limits.maxLineBytes(), deadline));
    }
    replies.flush();
    if (withinMessage) { // a message in progress may be completed
      return Optional.of(commands.read(limits.maxLineBytes(), deadline));
    }
    if (!client.beginWait()) {
      return Optional.empty();
    }
    Line line = commands.read(limits.maxLineBytes(), deadline);
    return client.endWait() ? Optional.of(line) : Optional.empty();
  }

  private Answer.Next handle(Line line) throws IOException {
    return switch (line) {
      case Line.Text(var bytes) -> handle(CommandLine.of(bytes));
      case Line.TooLong tooLong -> tooLong(tooLong);
      case Line.Endless endless -> finish("unknown", Answer.closing(CommandReplies.LINE_TOO_LONG));
      case Line.BareLineFeed bare -> {
        scope.log().ended("bare <LF> received", lastCommand);
        String text = "5.5.2 %s Error: bare <LF> received".formatted(hostname());
        yield finish("unknown", Answer.closing(550, text));
      }
      case Line.TlsHandshake handshake -> {
        scope.log().limitReached("TLS handshake where TLS does not begin");
        yield finish("unknown", foreign());
      }
      case Line.End end -> throw new ClientGoneException("the client closed the connection", null);
    };
  }

  /**
   * Refuses a line that was not executed, so that the input that belongs to it is not executed
   * either.
   */
  private Answer.Next tooLong(Line.TooLong line) throws IOException {
    if (line.word().isEmpty()) { // only blanks so far: it may be any command
      return finish("unknown", Answer.closing(CommandReplies.LINE_TOO_LONG));
    }
    Answer refusal = Answer.of(CommandReplies.LINE_TOO_LONG);
    SmtpVerb verb = line.verb().orElse(SmtpVerb.NOOP);
    return switch (verb) {
      case AUTH -> {
        Answer answer = Answer.of(CommandReplies.SASL_LIMIT);
        yield finish("auth", unwaited.after(verb.name(), answer));
      }
      case DATA -> finish("data", unwaited.after(verb.name(), refusal));
      case BDAT -> // how much follows is unknown
          finish("bdat", Answer.closing(CommandReplies.LINE_TOO_LONG));
      default -> finish("unknown", unwaited.unknown(refusal));
    };
  }

  private Answer.Next handle(CommandLine line) throws IOException {
    scope.state().commandBegins();
    Optional<SmtpVerb> verb =
        SmtpVerb.of(line.word()).filter(v -> v == SmtpVerb.BDAT || !line.holdsNul());
    if (verb.isEmpty()) {
      lastCommand = "UNKNOWN";
      return finish("unknown", unwaited.unknown(unknown(line)));
    }
    lastCommand = verb.get().name();
    if (verb.get().isIdle() && ++idleCommands > MAX_IDLE_COMMANDS) {
      errors++;
    }
    Answer answer = execute(verb.get(), line);
    if (verb.get().bringsMessage()
        && answer.reply().isPositive()
        && scope.state().chunks().isEmpty()) {
      errors = 0;
      idleCommands = 0;
    }
    return finish(lastCommand.toLowerCase(Locale.ROOT), answer);
  }

  private Answer execute(SmtpVerb verb, CommandLine line) throws IOException {
    auth.over();
    unwaited.over();
    Optional<Answer> outOfPlace = refusalNow(verb);
    if (outOfPlace.isPresent()) {
      return verb == SmtpVerb.DATA || verb == SmtpVerb.AUTH
          ? unwaited.after(verb.name(), outOfPlace.get())
          : outOfPlace.get();
    }
    return switch (verb) {
      case HELO -> hello.helo(line.argument());
      case EHLO -> hello.ehlo(line.argument());
      case STARTTLS -> tls.starttls(line.argument());
      case AUTH -> auth.auth(line.argument());
      case MAIL -> envelope.mail(line.argument());
      case RCPT -> envelope.rcpt(line.argument());
      case DATA -> data.data(line.argument());
      case BDAT -> bdat.bdat(line.argument());
      case RSET -> envelope.rset(line.argument());
      case VRFY -> envelope.vrfy(line.argument());
      case NOOP -> Answer.of(CommandReplies.OK);
      case HELP -> Answer.of(214, "2.0.0 Commands: " + commandNames());
      case XCLIENT -> xclient.xclient(line.argument());
      case XFORWARD -> xforward.xforward(line.argument());
      case QUIT -> Answer.closing(221, "2.0.0 Bye");
    };
  }

  /** Returns the refusal of a command that this client may not use, or not yet. */
  private Optional<Answer> refusalNow(SmtpVerb verb) {
    if (verb != SmtpVerb.AUTH && OfferedExtensions.hides(scope, verb.name())) {
      return Optional.of(Answer.of(CommandReplies.NOT_IMPLEMENTED));
    }
    if (tls.isWanting(verb)) {
      return Optional.of(Answer.of(530, "5.7.0 Must issue a STARTTLS command first"));
    }
    return AuthOffer.isMissing(scope, verb)
        ? Optional.of(Answer.of(530, "5.7.0 Authentication required"))
        : Optional.empty();
  }

  private static String commandNames() {
    return String.join(" ", List.of(SmtpVerb.values()).stream().map(SmtpVerb::name).toList());
  }

  private Answer unknown(CommandLine line) {
    if (auth.mayBeSecret() || unwaited.mayBeContent()) { // milters see neither
      return Answer.of(CommandReplies.NOT_RECOGNIZED);
    }
    if (line.word().isEmpty() || line.holdsNul()) {
      return Answer.of(CommandReplies.BAD_SYNTAX);
    }
    if (line.isForeign()) {
      scope.log().limitReached("non-SMTP command " + Printable.ascii(line.whole()));
      return foreign();
    }
    Verdict verdict = scope.milters().unknown(line.whole());
    if (verdict instanceof Verdict.Refuse refusal && refusal.reply().isTransientFailure()) {
      return scope.refuse("UNKNOWN", refusal, Optional.empty());
    }
    return Answer.of(CommandReplies.NOT_RECOGNIZED);
  }

  private static Answer foreign() {
    return Answer.closing(221, "2.7.0 Error: I can break rules, too. Goodbye.");
  }

  private Answer.Next finish(String verb, Answer answer) throws IOException {
    counts.count(verb, answer.reply().code() < 400);
    return finish(answer);
  }

  private Answer.Next finish(Answer answer) throws IOException {
    Optional<SmtpReply> tooMuch = Optional.empty();
    if (answer.reply().code() >= 400) {
      tooMuch = scope.rates().error();
      if (++errors > limits.softErrors()) {
        slowDown();
      }
    }
    replies.utf8(scope.state().hasUtf8Replies());
    replies.add(answer.reply());
    if (answer.next() == Answer.Next.START_TLS) {
      replies.flush();
      unserved = tls.begin();
      return Answer.Next.GO_ON;
    }
    Answer.Next next = answer.next();
    if (tooMuch.isPresent() && next == Answer.Next.GO_ON) {
      replies.add(tooMuch.get());
      next = Answer.Next.CLOSE;
    }
    if (next == Answer.Next.CLOSE) {
      replies.flush();
      if (!lastCommand.equals(SmtpVerb.QUIT.name())) {
        client.linger(); // the client does not expect it, and may be sending more
      }
    }
    return next;
  }

  /** Delays the reply to a client that makes too many errors. */
  private void slowDown() throws IOException {
    count(CountedEvent.REPLY_DELAYED);
    replies.flush();
    try {
      Thread.sleep(limits.errorDelay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the gateway is stopping; the next read or write fails
    }
  }

  /** Tells the client why the connection ends, if it still reads. */
  private void goodbye(int code, String format) {
    try {
      replies.add(SmtpReply.of(code, format.formatted(hostname())));
      replies.flush();
      client.linger();
    } catch (IOException e) {
      // The client does not read any more; the connection ends anyway.
      return;
    }
  }

  private void count(CountedEvent event) {
    scope.server().admission().counters().count(event);
  }

  private String hostname() {
    return scope.server().hostname();
  }
}
