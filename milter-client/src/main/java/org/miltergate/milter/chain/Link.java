package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText.Octets;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterClosedException;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.MilterSession;
import org.miltergate.milter.session.ModificationSink;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * One milter's place in the chain of one SMTP session: the dialogue with it, or its failure.
 *
 * <p>All that is said to a milter goes through here, so that whatever is thrown meanwhile ends in
 * one of two ways. A {@link MilterException} is the milter's failure, which counts as its default
 * action until the SMTP connection ends. Anything else is a {@link LocalFailure}: the current
 * message is refused for now, and the milter gets a new connection at the next MAIL if the dialogue
 * was cut off. So does a milter that closed the connection between two messages.
 */
final class Link implements Closeable {
  private final MilterClient client;
  private final Macros macros;
  private final LinkEvents events;
  private final Standing standing = new Standing();
  private @Nullable MilterSession session;
  private @Nullable MilterException failure;
  private @Nullable LocalFailure localFailure = LocalFailure.NOT_OPENED;
  private @Nullable Command connect;
  private @Nullable Command helo;
  private Octets octets = Octets.ASCII;

  /** What to say once more on a new connection if the milter closes this one without an answer. */
  private @Nullable Command again;

  /** No message has come to an end on this connection. */
  private boolean isNew;

  /** Something said to the milter, or heard from it. */
  private interface Exchange {
    Verdict run(MilterSession session) throws IOException;
  }

  Link(MilterClient client, Macros macros, ChainListener listener) {
    this.client = client;
    this.macros = macros;
    this.events = new LinkEvents(client.name(), client.onFailure(), listener);
  }

  String name() {
    return client.name();
  }

  MilterClient client() {
    return client;
  }

  /**
   * Dials and negotiates; a failure shows at the next {@link #receive}. What the milter thought of
   * the client on an earlier connection no longer counts.
   */
  void open() {
    standing.beginConnection();
    localFailure = LocalFailure.NOT_OPENED;
    events.forgetLocalFailure();
    again = null;
    isNew = true;
    try {
      MilterSession opened = client.open(events);
      session = opened;
      events.opened(opened.negotiated());
      localFailure = null;
    } catch (MilterException e) {
      failure = e;
      localFailure = null;
    } catch (Throwable e) {
      // On a thread of its own nobody would see it, and mail would pass without this milter.
      cutOff(e);
    }
  }

  boolean isUsable() {
    return session != null && failure == null && localFailure == null;
  }

  /** Returns the dialogue of a usable link. */
  MilterSession session() {
    MilterSession open = session;
    if (open == null || !isUsable()) {
      throw new IllegalStateException("milter " + name() + " has failed or is not open");
    }
    return open;
  }

  /** Tells the milter, if it is there and wants to know. */
  void send(Command command) {
    switch (command) {
      case Command.Connect c -> connect = c;
      case Command.Helo c -> helo = c;
      case Command.Mail c -> octets = Octets.ofSender(c.arguments());
      default -> {}
    }
    again = isNew || !comesBetweenMessages(command) ? null : command;
    tell(command);
  }

  private boolean comesBetweenMessages(Command command) {
    return switch (Stage.of(command)) {
      case HELO, MAIL -> true;
      case UNKNOWN -> isUsable() && !session().isInMessage();
      case CONNECT, RCPT, DATA, HEADER, END_OF_HEADERS, BODY, END_OF_MESSAGE -> false;
    };
  }

  /**
   * Returns whether the milter has to be connected to before {@code next}, and has not failed: it
   * has closed its connection between two messages, a verdict in the middle of a pipelined message
   * has ended it, or this side cut the dialogue off in an earlier message.
   */
  boolean needsConnection(Command next) {
    if (failure != null || !comesBetweenMessages(next)) {
      return false;
    }
    return isUsable() ? session().endedEarly() : next instanceof Command.Mail;
  }

  private void tell(Command command) {
    events.asking(Stage.of(command));
    attempt(open -> {
      open.send(command, macros);
      return Verdict.PASS;
    });
  }

  /**
   * Tells a new connection of the client again, as far as it is not about to hear of it. If the
   * milter does not want it this time, that is its verdict from now on.
   */
  void introduce(Command next) {
    tellOfClient(connect);
    if (!(next instanceof Command.Helo)) {
      tellOfClient(helo);
    }
  }

  private void tellOfClient(@Nullable Command command) {
    if (command != null && isUsable() && standing.verdict().passes()) {
      tell(command);
      receive();
    }
  }

  /**
   * Returns the milter's verdict on what was sent last, or else what holds for it anyway.
   *
   * <p>A milter may close the connection just when something is said to it that begins a message.
   * It has not answered, so it is told once more on a new connection.
   */
  Verdict receive() {
    Optional<Verdict> heard = attemptToHear(MilterSession::receive);
    Command lost = again;
    again = null;
    if (lost == null || !(failure instanceof MilterClosedException)) {
      return heard.orElseGet(this::verdict);
    }
    failure = null;
    open();
    introduce(lost);
    tell(lost);
    return receive();
  }

  /** As {@link #receive()}, at the end of a message. */
  Verdict receive(ModificationSink sink) {
    return hear(open -> open.receive(sink));
  }

  private interface Receiver {
    Reply.Verdict receive(MilterSession session) throws IOException;
  }

  private Verdict hear(Receiver receiver) {
    return attemptToHear(receiver).orElseGet(this::verdict);
  }

  private Optional<Verdict> attemptToHear(Receiver receiver) {
    if (!isAwaited()) {
      return Optional.empty();
    }
    return attempt(open -> {
      events.answering(open.awaitedStage());
      return answered(receiver.receive(open));
    });
  }

  /**
   * Reads the answer to a recipient that the MTA refused. A refusal is of no interest; what ends
   * the message or the connection for the milter is heeded, as it would not be asked again.
   */
  Verdict receiveForRefusedRecipient() {
    return isAwaited()
        ? attempt(
                open -> {
                  Reply.Verdict said = open.receive();
                  return said instanceof Reply.Shutdown || said instanceof Reply.Discard
                      ? answered(said)
                      : Verdict.PASS;
                })
            .orElseGet(this::verdict)
        : verdict();
  }

  private boolean isAwaited() {
    return isUsable() && session().awaitedReplies() > 0;
  }

  /** Returns the outcome, if it came to one; a failure shows at the next {@link #verdict}. */
  private Optional<Verdict> attempt(Exchange exchange) {
    if (isUsable()) {
      try {
        return Optional.of(exchange.run(session()));
      } catch (MilterException e) {
        failure = e;
      } catch (Throwable e) {
        cutOff(e);
      }
    }
    return Optional.empty();
  }

  private Verdict answered(Reply.Verdict said) {
    Verdict verdict = Replies.verdict(said, events.stage(), octets, name(), events::warned);
    standing.note(events.stage(), verdict);
    events.answered(verdict);
    return verdict;
  }

  /**
   * This side failed outside of the dialogue, such as in reading a body. The dialogue goes on with
   * the next message, unless answers are under way that nobody will read.
   *
   * @return the refusal of the message
   */
  Verdict fail(Throwable reason) {
    if (isAwaited()) {
      cutOff(reason);
    } else {
      localFailure = LocalFailure.of(reason);
    }
    return verdict();
  }

  /** This side failed in the middle of the dialogue. */
  private void cutOff(Throwable reason) {
    localFailure = LocalFailure.of(reason);
    closeSession();
  }

  private void closeSession() {
    MilterSession open = session;
    session = null;
    if (open != null) {
      try {
        open.close();
      } catch (Throwable e) {
        // It is closed anyway; what led here is told, and nothing more is asked of it.
        return;
      }
    }
  }

  /** Returns what holds for the current message, as far as the milter was asked or has failed. */
  Verdict verdict() {
    LocalFailure local = localFailure;
    if (local != null) {
      return toldLocal(local);
    }
    MilterException cause = failure;
    return cause == null ? standing.verdict() : toldFailure(cause);
  }

  private Verdict toldFailure(MilterException cause) {
    Verdict verdict =
        Replies.failure(client.onFailure())
            .<Verdict>map(reply -> new Verdict.Refuse(reply, Source.failed(name())))
            .orElse(Verdict.PASS);
    try {
      events.failed(cause, verdict);
    } catch (Throwable e) {
      return fail(e);
    }
    return verdict;
  }

  private Verdict toldLocal(LocalFailure local) {
    Verdict verdict = local.verdict(name(), events.stage());
    try {
      events.failedLocally(local, verdict);
    } catch (Throwable e) {
      // The message is refused already, which is all that could come of this.
      return verdict;
    }
    return verdict;
  }

  /**
   * Returns pass only if this milter stands in nobody's way and that is known: it has judged the
   * message, or decided before, or its default action lets mail pass without it. Whatever else has
   * become of it, a milter that was not asked does not pass a message.
   */
  Verdict conclude() {
    Verdict verdict = verdict();
    if (!verdict.passes() || failure != null || standing.hasJudged()) {
      return verdict;
    }
    return isUsable() && session().hasDecided()
        ? verdict
        : fail(new IllegalStateException("the milter was not asked about the message"));
  }

  /** Returns why the milter has failed, if it has and its policy lets mail pass by it. */
  Optional<MilterException> passedBy() {
    return client.onFailure() == FailurePolicy.ACCEPT
        ? Optional.ofNullable(failure)
        : Optional.empty();
  }

  /** Returns why mail has to be held, if this milter failed and its policy is quarantine. */
  Optional<QuarantineReason> holdsMail() {
    MilterException cause = failure;
    if (cause == null || client.onFailure() != FailurePolicy.QUARANTINE) {
      return Optional.empty();
    }
    String text = "milter " + name() + " failed: " + cause.getMessage();
    return Optional.of(new QuarantineReason(Source.failed(name()), Bytes.ofUtf8(text)));
  }

  /** The current message is over for this milter. A failure shows at the next stage. */
  void endMessage() {
    octets = Octets.ASCII;
    isNew &= !isUsable() || !session().isInMessage();
    standing.endMessage();
    localFailure = null;
    events.forgetLocalFailure();
    attempt(open -> {
      open.endMessage();
      return Verdict.PASS;
    });
  }

  @Override
  public void close() {
    closeSession();
  }
}
