package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MilterReplyText.Octets;
import org.miltergate.milter.session.FailurePolicy;
import org.miltergate.milter.session.Macros;
import org.miltergate.milter.session.MilterClient;
import org.miltergate.milter.session.MilterException;
import org.miltergate.milter.session.MilterSession;
import org.miltergate.milter.session.ModificationSink;
import org.miltergate.milter.session.SessionListener;
import org.miltergate.milter.session.Stage;
import org.miltergate.milter.transport.LocalFailureException;
import org.miltergate.milter.wire.Command;
import org.miltergate.milter.wire.Reply;

/**
 * One milter's place in the chain of one SMTP session: the dialogue with it, or its failure.
 *
 * <p>Turns failures into verdicts, by the milter's policy. A failed milter stays failed until the
 * SMTP connection ends: a new connection in the middle would know nothing of the client.
 */
final class Link implements Closeable {
  private final MilterClient client;
  private final Macros macros;
  private final ChainListener listener;
  private @Nullable MilterSession session;
  private @Nullable MilterException failure;
  private @Nullable Command connect;
  private @Nullable Command helo;
  private Verdict ofNewConnection = Verdict.PASS;
  private Stage asked = Stage.CONNECT;
  private Octets octets = Octets.ASCII;
  private boolean failureTold;
  private boolean isOurs;
  private long askedAt;

  Link(MilterClient client, Macros macros, ChainListener listener) {
    this.client = client;
    this.macros = macros;
    this.listener = listener;
  }

  String name() {
    return client.name();
  }

  MilterClient client() {
    return client;
  }

  /** Dials and negotiates; a failure shows at the next {@link #receive}. */
  void open() {
    try {
      MilterSession opened = client.open(new Ear());
      session = opened;
      listener.opened(name(), opened.negotiated());
    } catch (MilterException e) {
      failure = e;
    } catch (LocalFailureException e) {
      failure = ours(e);
    } catch (RuntimeException e) {
      // On a thread of its own nobody would see it, and mail would pass without this milter.
      failure = new MilterException("cannot be opened, unexpected: " + e, e);
    }
  }

  boolean isUsable() {
    return session != null && failure == null;
  }

  /** Returns the dialogue of a usable link. */
  MilterSession session() {
    MilterSession open = session;
    if (open == null || failure != null) {
      throw new IllegalStateException("milter " + name() + " has failed or is not open");
    }
    return open;
  }

  /** Tells the milter, if it is there and wants to know. */
  void send(Command command) {
    if (isUsable() && session().endedEarly() && !Stage.of(command).isContent()) {
      beginAnew(command);
    }
    switch (command) {
      case Command.Connect c -> connect = c;
      case Command.Helo c -> helo = c;
      case Command.Mail c -> octets = Octets.ofSender(c.arguments());
      default -> {}
    }
    tell(command);
  }

  private void tell(Command command) {
    asked = Stage.of(command);
    askedAt = System.nanoTime();
    if (!isUsable()) {
      return;
    }
    try {
      session().send(command, macros);
    } catch (MilterException e) {
      failure = e;
    } catch (LocalFailureException e) {
      failure = ours(e);
    }
  }

  /**
   * Connects once more, after a pipelined message whose verdict came early, and tells of the client
   * again. If the milter does not want it this time, that is its verdict from now on.
   */
  private void beginAnew(Command next) {
    open();
    introduce(connect);
    if (!(next instanceof Command.Helo)) {
      introduce(helo);
    }
  }

  private void introduce(@Nullable Command command) {
    if (command != null && isUsable() && ofNewConnection.passes()) {
      tell(command);
      ofNewConnection = receive();
    }
  }

  /** Returns the milter's verdict on what was sent last, or what its failure counts as. */
  Verdict receive() {
    if (isAwaited()) {
      try {
        asked = session().awaitedStage();
        return answered(session().receive());
      } catch (MilterException e) {
        failure = e;
      } catch (LocalFailureException e) {
        failure = ours(e);
      }
    }
    return failure().or(ofNewConnection);
  }

  /** As {@link #receive}, at the end of a message. */
  Verdict receive(ModificationSink sink) throws IOException {
    if (isAwaited()) {
      try {
        asked = session().awaitedStage();
        return answered(session().receive(sink));
      } catch (MilterException e) {
        failure = e;
      } catch (LocalFailureException e) {
        failure = ours(e);
      } catch (IOException e) {
        failure = new MilterException("its edits could not be kept: " + e.getMessage(), e);
        throw e;
      }
    }
    return failure();
  }

  /** Reads the answer, if there is one, and heeds it only if nothing can follow it. */
  Verdict receiveAndIgnore() {
    if (isAwaited()) {
      try {
        Reply.Verdict said = session().receive();
        return said instanceof Reply.Shutdown ? answered(said) : Verdict.PASS;
      } catch (MilterException e) {
        failure = e;
      } catch (LocalFailureException e) {
        failure = ours(e);
      }
    }
    return failure();
  }

  private boolean isAwaited() {
    return isUsable() && session().awaitedReplies() > 0;
  }

  private Verdict answered(Reply.Verdict said) {
    Verdict verdict =
        Replies.verdict(said, asked, octets, name(), text -> listener.warned(name(), text));
    listener.answered(name(), asked, verdict, sinceAsked());
    return verdict;
  }

  /** Returns what the milter's failure counts as; pass if it has not failed. */
  Verdict failure() {
    MilterException cause = failure;
    if (cause == null) {
      return Verdict.PASS;
    }
    Verdict verdict =
        Replies.failure(onFailure())
            .<Verdict>map(reply -> new Verdict.Refuse(reply, Source.failed(name())))
            .orElse(Verdict.PASS);
    if (!failureTold) {
      failureTold = true;
      listener.failed(name(), asked, cause, onFailure());
      listener.answered(name(), asked, verdict, sinceAsked());
    }
    return verdict;
  }

  /** What is this side's fault ends in a temporary failure, whatever the milter's policy says. */
  private FailurePolicy onFailure() {
    return isOurs ? FailurePolicy.TEMPFAIL : client.onFailure();
  }

  private MilterException ours(LocalFailureException cause) {
    isOurs = true;
    return new MilterException("was not asked: " + cause.getMessage(), cause);
  }

  private Duration sinceAsked() {
    return Duration.ofNanos(System.nanoTime() - askedAt);
  }

  /** Returns why mail has to be held, if this milter failed and its policy is quarantine. */
  Optional<QuarantineReason> holdsMail() {
    MilterException cause = failure;
    if (cause == null || onFailure() != FailurePolicy.QUARANTINE) {
      return Optional.empty();
    }
    String text = "milter " + name() + " failed: " + cause.getMessage();
    return Optional.of(new QuarantineReason(Source.failed(name()), Bytes.ofUtf8(text)));
  }

  /** The message at hand is over for this milter. A failure shows at the next stage. */
  void endMessage() {
    octets = Octets.ASCII;
    if (!isUsable()) {
      return;
    }
    try {
      session().endMessage();
    } catch (MilterException e) {
      failure = e;
    } catch (LocalFailureException e) {
      failure = ours(e);
    }
  }

  @Override
  public void close() {
    if (session != null) {
      session.close();
    }
  }

  /** Puts the milter's name to what its session tells. */
  private final class Ear implements SessionListener {
    @Override
    public void told(Command command) {
      listener.told(name(), command);
    }

    @Override
    public void said(Reply reply) {
      listener.said(name(), reply);
    }

    @Override
    public void warned(String text) {
      listener.warned(name(), text);
    }
  }
}
