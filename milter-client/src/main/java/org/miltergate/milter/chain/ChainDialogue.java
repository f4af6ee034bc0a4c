package org.miltergate.milter.chain;

import java.io.Closeable;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.body.BodyStore;
import org.miltergate.milter.body.MemoryShare;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;

/**
 * One SMTP session's walk through the chain, in exact bytes: the level below {@link ChainSession}.
 * The caller keeps the envelope, the content and the macros (see {@link SessionMacros}).
 *
 * <p>The caller tells it what the SMTP client does and passes on the verdicts; it needs no
 * knowledge of milters. Verdicts that hold longer than a stage are repeated here without asking: a
 * refusal at CONNECT or HELO, one that closes the connection, or one by a failed milter, for the
 * whole connection, whoever else refused at the same stage; a refusal at DATA, and one for a
 * failure of this side, for the message. After a discard the envelope passes, and {@link #content}
 * says so.
 *
 * <p>No method throws for a fault of a milter or of this side. Before {@link #connect} and after
 * {@link #close} those that ask milters throw {@link IllegalStateException}, as mail would pass
 * unseen; so they do when the order of an SMTP session is not kept. After an interrupt the verdict
 * is a refusal for now, and the thread stays marked as interrupted.
 *
 * <p>How long calls block: as with {@link ChainSession}. Not thread-safe; use from one thread at a
 * time.
 */
public final class ChainDialogue implements Closeable {
  private final List<Link> links;
  private final PreData preData;
  private final ContentRound content;
  private Phase phase = Phase.NOT_CONNECTED;
  private Verdict ofConnection = Verdict.PASS;
  private Verdict ofMessage = Verdict.PASS;

  /** What was said at the current stage for the whole message, whoever else refused the stage. */
  private Verdict discard = Verdict.PASS;

  private Verdict localFailure = Verdict.PASS;

  /** How far the SMTP session has come. */
  private enum Phase {
    NOT_CONNECTED,
    BETWEEN_MESSAGES,
    IN_MAIL,
    IN_RCPT,
    IN_DATA
  }

  ChainDialogue(List<Link> links, PreData preData, BodyStore bodies, ChainListener listener) {
    this.links = links;
    this.preData = preData;
    this.content = new ContentRound(links, bodies, listener);
  }

  /**
   * Connects to all milters, and tells them of the client.
   *
   * <p>After a refusal that does not close the connection, HELO is answered as usual, and the
   * refusal comes in answer to each later command.
   *
   * @param hostname the verified client name, or its address in brackets
   * @return a pass, or a refusal that holds for the connection
   * @throws IllegalStateException if a client is connected already
   */
  public Verdict connect(Bytes hostname, ClientAddress address) {
    if (phase != Phase.NOT_CONNECTED) {
      throw new IllegalStateException("a client is connected already");
    }
    phase = Phase.BETWEEN_MESSAGES;
    if (preData == PreData.TOGETHER) {
      open(links);
    }
    Verdict verdict = ask(new Command.Connect(hostname, address));
    ofConnection = ofConnection.or(verdict);
    return verdict;
  }

  /** Dials all at once, so that one that does not answer costs its own limit and no more. */
  private static void open(List<Link> links) {
    List<Thread> others = new ArrayList<>();
    for (Link link : links.subList(Math.min(1, links.size()), links.size())) {
      try {
        others.add(Thread.startVirtualThread(link::open));
      } catch (Throwable e) {
        link.fail(e); // without memory for a thread it is not dialled, and lets nothing pass
      }
    }
    if (!links.isEmpty()) {
      links.getFirst().open();
    }
    boolean interrupted = false;
    for (Thread other : others) {
      while (true) {
        try {
          other.join();
          break;
        } catch (InterruptedException e) {
          interrupted = true;
          other.interrupt();
        }
      }
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * Reports HELO, EHLO or LHLO to the milters. A message in progress is abandoned.
   *
   * <p>After a refusal that does not close the connection, HELO itself is answered as usual, and
   * the refusal comes in answer to each later command.
   */
  public Verdict helo(Bytes name) {
    abort();
    Verdict verdict = ask(new Command.Helo(name));
    ofConnection = ofConnection.or(verdict);
    return verdict;
  }

  /**
   * Begins a message; one that was begun before is given up.
   *
   * @return a refusal ends the message; after a discard the content says so, too
   */
  public Verdict mail(Sender sender) {
    abort();
    Verdict verdict = ask(new Command.Mail(sender.path(), sender.arguments()));
    if (verdict instanceof Verdict.Refuse) {
      endMessage();
    } else {
      phase = Phase.IN_MAIL;
      heedWhatEndsTheMessage();
    }
    return verdict;
  }

  /**
   * Asks for one recipient.
   *
   * @return a refusal concerns this one alone, unless it closes the connection
   */
  public Verdict rcpt(Recipient recipient) {
    if (!ofConnection.passes() || !ofMessage.passes()) {
      return repeated();
    }
    requirePhase("RCPT", Phase.IN_MAIL, Phase.IN_RCPT);
    phase = Phase.IN_RCPT;
    Verdict verdict = ask(new Command.Rcpt(recipient.path(), recipient.arguments()));
    heedWhatEndsTheMessage();
    return verdict;
  }

  /**
   * Shows a recipient that the MTA itself refused to the milters that want to know. What they
   * answer is not heeded, except a discard of the message and what ends the connection.
   *
   * <p>The macros {@code {rcpt_mailer}}, {@code {rcpt_host}} and {@code {rcpt_addr}} have to be
   * {@code error}, the enhanced status code and the text of the refusal when this is called.
   */
  public void refusedRecipient(Recipient recipient) {
    if (!ofConnection.passes() || !ofMessage.passes()) {
      return;
    }
    requirePhase("RCPT", Phase.IN_MAIL, Phase.IN_RCPT);
    Command command = new Command.Rcpt(recipient.path(), recipient.arguments());
    List<Link> asked =
        links.stream().filter(l -> l.isUsable() && l.session().wantsRefusedRecipients()).toList();
    asked.forEach(link -> link.send(command));
    asked.forEach(link -> note(link.receiveForRefusedRecipient()));
    heedWhatEndsTheMessage();
  }

  /**
   * Reports that the client wants to send the message: DATA, or the first BDAT.
   *
   * @return a refusal is to be sent in place of 354; the message is then over
   * @throws IllegalStateException if no recipient was asked for
   */
  public Verdict data() {
    if (!ofConnection.passes() || !ofMessage.passes()) {
      return repeated();
    }
    requirePhase("DATA", Phase.IN_RCPT);
    phase = Phase.IN_DATA;
    Verdict verdict = ask(new Command.Data());
    if (verdict instanceof Verdict.Refuse) {
      ofMessage = verdict;
    } else {
      heedWhatEndsTheMessage();
    }
    return verdict;
  }

  /**
   * Reports a command that the MTA does not know.
   *
   * <p>A refusal is an answer for this command alone, unless it closes the connection. Postfix
   * gives it to the client only if it is temporary, or else its own {@code 500}.
   */
  public Verdict unknown(Bytes line) {
    if (!ofMessage.passes()) {
      return Verdict.PASS;
    }
    Verdict verdict = ask(new Command.Unknown(line));
    if (phase == Phase.BETWEEN_MESSAGES) {
      localFailure = Verdict.PASS; // the next message is asked about again
    } else {
      heedWhatEndsTheMessage();
    }
    return verdict;
  }

  /**
   * Puts the message to one milter after another, each on the result of the one before.
   *
   * <p>Bodies that milters sent live until the next call of {@link #mail}, {@link #helo}, {@link
   * #abort} or {@link #close}; the message's own body stays the caller's.
   *
   * <p>A body that cannot be read or kept is no milter's fault: the message is then refused for
   * now, as by any {@linkplain Source.Cause#LOCAL_FAILURE failure of this side}.
   */
  public ContentResult content(MailMessage message) {
    return content(message, MemoryShare.UNLIMITED);
  }

  /**
   * As {@link #content(MailMessage)}.
   *
   * @param memory the message's; what milters change is taken from it, and stays taken until it is
   *     closed. If there is no room the message is refused for now
   */
  public ContentResult content(MailMessage message, MemoryShare memory) {
    requireConnected();
    Verdict before = ofConnection.or(ofMessage);
    if (!before.passes()) {
      endMessage();
      return ContentResult.notPassed(before, message);
    }
    requirePhase("the message", Phase.IN_DATA);
    try {
      ContentResult result = content.run(message, memory);
      note(result.verdict());
      return result;
    } finally {
      endMessage();
    }
  }

  /**
   * Gives up the message that was begun: RSET, the client is gone, or the data were refused.
   * Milters are told ABORT; writing that may block as long as a command.
   */
  public void abort() {
    content.dropBodies();
    endMessage();
  }

  private void endMessage() {
    ofMessage = Verdict.PASS;
    discard = Verdict.PASS;
    localFailure = Verdict.PASS;
    if (phase != Phase.NOT_CONNECTED) {
      phase = Phase.BETWEEN_MESSAGES;
    }
    links.forEach(Link::endMessage);
  }

  private Verdict ask(Command command) {
    requireConnected();
    if (!ofConnection.passes()) {
      return ofConnection;
    }
    return switch (preData) {
      case TOGETHER -> askTogether(command);
      case SERIAL -> askInTurn(command);
    };
  }

  private void requireConnected() {
    if (phase == Phase.NOT_CONNECTED) {
      throw new IllegalStateException("no client is connected, milters would not see the mail");
    }
  }

  private void requirePhase(String what, Phase... allowed) {
    requireConnected();
    if (!List.of(allowed).contains(phase)) {
      throw new IllegalStateException(what + " cannot follow here: " + phase);
    }
  }

  /** Small packets: no write waits. Every answer is read, or the milter would be out of step. */
  private Verdict askTogether(Command command) {
    connectAgain(links, command);
    links.forEach(link -> link.send(command));
    Verdict first = Verdict.PASS;
    for (Link link : links) {
      first = first.or(note(link.receive()));
    }
    return first;
  }

  /** Connects to milters whose connection is over, to all at once, and tells them of the client. */
  private static void connectAgain(List<Link> links, Command next) {
    List<Link> over = links.stream().filter(link -> link.needsConnection(next)).toList();
    if (!over.isEmpty()) {
      open(over);
      over.forEach(link -> link.introduce(next));
    }
  }

  private Verdict askInTurn(Command command) {
    for (Link link : links) {
      if (command instanceof Command.Connect) {
        link.open();
      }
      connectAgain(List.of(link), command);
      link.send(command);
      Verdict verdict = note(link.receive());
      if (!verdict.passes()) {
        return verdict;
      }
    }
    return Verdict.PASS;
  }

  /**
   * Keeps what holds longer than the stage, even if the client gets another milter's refusal: a
   * milter that discards, ends the connection or could not be asked is not asked again.
   */
  private Verdict note(Verdict verdict) {
    switch (verdict) {
      case Verdict.Pass pass -> {}
      case Verdict.Discard discarded -> discard = discard.or(discarded);
      case Verdict.Refuse(SmtpReply reply, Source source) -> {
        if (source.cause() == Source.Cause.DEFAULT_ACTION || reply.closesConnection()) {
          ofConnection = ofConnection.or(verdict);
        } else if (source.isLocal()) {
          localFailure = localFailure.or(verdict);
        }
      }
    }
    return verdict;
  }

  /** A discard is kept from the client; what is refused for the connection comes before it. */
  private Verdict repeated() {
    return ofConnection.or(ofMessage instanceof Verdict.Discard ? Verdict.PASS : ofMessage);
  }

  /**
   * Ends the message for all milters, after a discard or a failure of this side. The latter comes
   * first: the milter that could not be asked might have refused.
   */
  private void heedWhatEndsTheMessage() {
    Verdict end = localFailure.or(discard);
    if (!end.passes()) {
      links.forEach(Link::endMessage);
      ofMessage = end;
    }
    localFailure = Verdict.PASS;
    discard = Verdict.PASS;
  }

  /**
   * Says ABORT, if a message is under way, and QUIT to all milters, for which each has a second,
   * and closes the connections. The second call does nothing.
   */
  @Override
  public void close() {
    phase = Phase.NOT_CONNECTED;
    content.dropBodies();
    links.forEach(Link::close);
  }
}
