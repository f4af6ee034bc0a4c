package org.miltergate.gateway.smtp.command;

import java.io.IOException;
import java.net.InetAddress;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.miltergate.gateway.auth.Login;
import org.miltergate.gateway.auth.LoginAttempts;
import org.miltergate.gateway.auth.SaslExchange;
import org.miltergate.gateway.auth.SaslStep;
import org.miltergate.gateway.smtp.io.ClientGoneException;
import org.miltergate.gateway.smtp.io.ClientSocket;
import org.miltergate.gateway.smtp.io.ClientTimeoutException;
import org.miltergate.gateway.smtp.io.ReplyWriter;
import org.miltergate.gateway.smtp.session.Answer;
import org.miltergate.gateway.smtp.session.SessionScope;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.chain.Verdict;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.net.Deadline;

/**
 * AUTH: reads the lines of an exchange, and replies with its result.
 *
 * <p>What a client sends here may be a password: none of it is logged, put into an exception or
 * sent to a milter. Not thread-safe; used by the session's thread.
 *
 * @see "RFC 4954; postfix src/smtpd/smtpd_sasl_proto.c, smtpd_sasl_glue.c"
 */
final class AuthCommand {
  /** Failed logins after which a session ends. */
  static final int MAX_FAILURES = 5;

  private final SessionScope scope;
  private final ClientSocket client;
  private final UnwaitedInput unwaited;
  private final CommandReader lines;
  private final ReplyWriter replies;
  private int failures;
  private boolean unfinished;

  /** The exchange ends with this reply. */
  private static final class Ended extends Exception {
    private static final long serialVersionUID = 1;
    private final transient Answer answer;

    Ended(Answer answer) {
      super(null, null, false, false);
      this.answer = answer;
    }
  }

  AuthCommand(
      SessionScope scope,
      ClientSocket client,
      CommandReader lines,
      ReplyWriter replies,
      UnwaitedInput unwaited) {
    this.scope = scope;
    this.client = client;
    this.lines = lines;
    this.replies = replies;
    this.unwaited = unwaited;
  }

  /**
   * Handles AUTH; writes the challenges itself and returns the last reply.
   *
   * @throws ClientTimeoutException if the client is too slow; the command timeout is for the whole
   *     exchange
   * @throws ClientGoneException if the connection ends
   */
  Answer auth(Bytes argument) throws IOException {
    Answer answer;
    try {
      answer = exchange(argument);
    } catch (Ended e) {
      answer = e.answer;
    }
    unfinished = !answer.reply().isPositive();
    return unfinished ? unwaited.after("AUTH", answer) : answer;
  }

  /** Returns whether an unknown command may be a line of an exchange that failed. */
  boolean mayBeSecret() {
    return unfinished;
  }

  /** A command other than AUTH was understood, so the next line is not part of an exchange. */
  void over() {
    unfinished = false;
  }

  private Answer exchange(Bytes argument) throws Ended, IOException {
    requirePermission();
    List<String> words =
        Stream.of(argument.toString().split("[ \t]+")).filter(word -> !word.isEmpty()).toList();
    if (words.isEmpty() || words.size() > 2) {
      throw new Ended(Answer.of(501, "5.5.4 Syntax: AUTH mechanism"));
    }
    Counted counted = new Counted();
    Optional<SaslExchange> begun = scope.server().sasl().begin(words.getFirst(), counted);
    if (begun.isEmpty()) {
      scope.log().authFailed("", "unknown mechanism", "");
      throw new Ended(Answer.of(504, "5.5.4 Error: unrecognized authentication mechanism"));
    }
    SaslStep step;
    try {
      step = steps(begun.get(), words, counted);
    } catch (Ended e) {
      throw client.isDraining() ? e : new Ended(aborted(e.answer, counted));
    } catch (IOException e) {
      counted.failed();
      throw e;
    }
    return outcome(begun.get().mechanism(), step, counted);
  }

  private SaslStep steps(SaslExchange exchange, List<String> words, Counted counted)
      throws Ended, IOException {
    String mechanism = exchange.mechanism();
    Deadline deadline = Deadline.in(scope.commandTimeout());
    SaslStep step =
        words.size() == 2 ? exchange.next(initial(mechanism, words.get(1))) : exchange.first();
    while (step instanceof SaslStep.Challenge(Bytes data)) {
      counted.goesOn();
      step = exchange.next(ask(mechanism, data, deadline));
    }
    return step;
  }

  /**
   * An unfinished exchange counts as failed: it may have revealed what the client wanted to know.
   */
  private Answer aborted(Answer answer, Counted counted) {
    counted.failed();
    return ++failures >= MAX_FAILURES ? tooManyFailures() : answer;
  }

  /** Ensures that a failed exchange is counted once, whether or not a password was checked. */
  private final class Counted implements LoginAttempts {
    private boolean done;

    @Override
    public Optional<Attempt> begin(String user) {
      Optional<Attempt> attempt = scope.server().authFailures().attempt(address(), user);
      done = true;
      return attempt;
    }

    /** The client got a challenge, so the attempt counts. */
    void goesOn() {
      done = false;
    }

    void failed() {
      if (!done) {
        done = true;
        scope.server().authFailures().failed(address());
      }
    }
  }

  /** In Postfix's order. */
  private void requirePermission() throws Ended {
    if (!AuthOffer.isEnabled(scope)) {
      throw new Ended(Answer.of(503, "5.5.1 Error: authentication not enabled"));
    }
    if (scope.state().transaction().isPresent()) {
      throw new Ended(Answer.of(CommandReplies.IN_TRANSACTION));
    }
    Optional<Verdict.Refuse> refusal = scope.state().refusal();
    if (refusal.isPresent()) {
      throw new Ended(refused(refusal.get()));
    }
    if (!AuthOffer.isPrivate(scope)) {
      throw new Ended(
          Answer.of(538, "5.7.11 Encryption required for requested authentication mechanism"));
    }
    if (scope.state().login().isPresent()) {
      throw new Ended(Answer.of(503, "5.5.1 Error: already authenticated"));
    }
    if (scope.server().authFailures().tooMany(address())) {
      scope.log().limitReached("authentication failure rate limit exceeded");
      throw new Ended(limited());
    }
  }

  private Answer limited() {
    return Answer.of(
        454,
        "4.7.0 Error: too many authentication failures from "
            + scope.state().client().addressText());
  }

  /** As Postfix, which replaces a milter's 4xx by 454, the code of AUTH. */
  private Answer refused(Verdict.Refuse refusal) {
    return refusal.reply().isTransientFailure() && !refusal.reply().closesConnection()
        ? Answer.of(CommandReplies.TRY_AGAIN_LATER)
        : scope.refuse("AUTH", refusal, Optional.empty());
  }

  private Bytes initial(String mechanism, String word) throws Ended {
    return word.equals("=") ? Bytes.EMPTY : decode(mechanism, word);
  }

  private Bytes ask(String mechanism, Bytes challenge, Deadline deadline)
      throws Ended, IOException {
    String text = Base64.getEncoder().encodeToString(challenge.toArray());
    replies.add(SmtpReply.of(334, text));
    replies.flush();
    String response = readLine(mechanism, deadline);
    if (response.equals("*")) {
      scope.log().authAborted(mechanism);
      throw new Ended(Answer.of(501, "5.7.0 Authentication aborted"));
    }
    return decode(mechanism, response);
  }

  private String readLine(String mechanism, Deadline deadline) throws Ended, IOException {
    if (!client.beginWait()) {
      throw shuttingDown();
    }
    CommandReader.Line line = lines.read(CommandReader.MAX_AUTH_LINE_BYTES, deadline);
    if (!client.endWait()) {
      throw shuttingDown();
    }
    return switch (line) {
      case CommandReader.Line.Text(Bytes bytes) -> bytes.toString();
      case CommandReader.Line.TooLong tooLong -> {
        scope.log().authFailed(mechanism, "response too long", "");
        throw new Ended(Answer.of(CommandReplies.SASL_LIMIT));
      }
      case CommandReader.Line.Endless endless ->
          throw new Ended(Answer.closing(CommandReplies.SASL_LIMIT));
      case CommandReader.Line.BareLineFeed bare -> {
        scope.log().ended("bare <LF> received", "AUTH");
        throw new Ended(
            Answer.closing(550, "5.5.2 %s Error: bare <LF> received".formatted(hostname())));
      }
      case CommandReader.Line.TlsHandshake handshake ->
          throw new Ended(Answer.closing(CommandReplies.BAD_SYNTAX));
      case CommandReader.Line.End end ->
          throw new ClientGoneException("the client closed the connection", null);
    };
  }

  private Ended shuttingDown() {
    scope.log().ended("shutdown", "AUTH");
    return new Ended(Answer.closing(421, "4.3.2 %s Service shutting down".formatted(hostname())));
  }

  private Bytes decode(String mechanism, String base64) throws Ended {
    try {
      return Bytes.copyOf(Base64.getDecoder().decode(base64));
    } catch (IllegalArgumentException e) {
      scope.log().authFailed(mechanism, "invalid base64 data", "");
      throw new Ended(Answer.of(501, "5.5.2 Error: invalid base64 data"));
    }
  }

  private Answer outcome(String mechanism, SaslStep step, Counted counted) throws IOException {
    return switch (step) {
      case SaslStep.Challenge challenge ->
          throw new IllegalStateException("a challenge is not an outcome");
      case SaslStep.Done(Login login) -> {
        scope.logIn(login);
        yield Answer.of(235, "2.7.0 Authentication successful");
      }
      case SaslStep.Limited(String user) -> {
        scope.log().authFailed(mechanism, "authentication failure rate limit exceeded", user);
        yield limited();
      }
      case SaslStep.Unavailable(String reason, String user) -> {
        scope.log().authFailed(mechanism, reason, user);
        yield Answer.of(454, "4.7.0 Temporary authentication failure");
      }
      case SaslStep.Refused(String reason, String user) -> {
        scope.log().authFailed(mechanism, reason, user);
        counted.failed();
        yield failed();
      }
    };
  }

  private Answer failed() throws IOException {
    failures++;
    replies.flush();
    try {
      Thread.sleep(scope.server().config().auth().failureDelay());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt(); // the gateway stops; the next read or write fails
    }
    return failures >= MAX_FAILURES
        ? tooManyFailures()
        : Answer.of(535, "5.7.8 Error: authentication failed");
  }

  private Answer tooManyFailures() {
    scope.log().limitReached("too many authentication failures");
    return Answer.closing(
        421, "4.7.0 %s Error: too many authentication failures".formatted(hostname()));
  }

  private InetAddress address() {
    return scope.state().client().address();
  }

  private String hostname() {
    return scope.server().hostname();
  }
}
