package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.BodyStore;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.MemoryShare;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.wire.ClientAddress;
import org.miltergate.milter.wire.Command;

/**
 * One SMTP session's walk through the chain.
 *
 * <p>The caller tells it what the SMTP client does and passes on the verdicts; it needs no
 * knowledge of milters. Verdicts that hold longer than a stage are repeated here without asking: a
 * refusal at CONNECT or HELO, one that closes the connection, or one by a failed milter, for the
 * whole connection; a refusal at DATA for the message. After a discard the envelope passes, and
 * {@link #content} says so.
 *
 * <p>No method throws for a milter's fault. Before {@link #connect} and behind {@link #close} those
 * that ask milters throw {@link IllegalStateException}, as mail would pass unseen; so they do when
 * the order of an SMTP session is not kept. Confined: belongs to the thread of the SMTP session.
 */
public final class ChainSession implements Closeable {
  private final List<Link> links;
  private final PreData preData;
  private final ContentRound content;
  private boolean connected;
  private Verdict ofConnection = Verdict.PASS;
  private Verdict ofMessage = Verdict.PASS;
  private Verdict discard = Verdict.PASS;

  ChainSession(List<Link> links, PreData preData, BodyStore bodies, ChainListener listener) {
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
   */
  public Verdict connect(Bytes hostname, ClientAddress address) {
    if (connected) {
      throw new IllegalStateException("a client is connected already");
    }
    connected = true;
    if (preData == PreData.TOGETHER) {
      openAll();
    }
    return ofConnection(ask(new Command.Connect(hostname, address)));
  }

  /** Dials all at once, so that one that does not answer costs its own limit and no more. */
  private void openAll() {
    List<Thread> others = new ArrayList<>();
    for (Link link : links.subList(Math.min(1, links.size()), links.size())) {
      others.add(Thread.startVirtualThread(link::open));
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
   * Tells of HELO, EHLO or LHLO. A message that was begun is given up.
   *
   * <p>After a refusal that does not close the connection, HELO itself is answered as usual, and
   * the refusal comes in answer to each later command.
   */
  public Verdict helo(Bytes name) {
    abort();
    return ofConnection(ask(new Command.Helo(name)));
  }

  /** Begins a message; one that was begun before is given up. */
  public Verdict mail(Sender sender) {
    abort();
    Verdict verdict = ask(new Command.Mail(sender.path(), sender.arguments()));
    if (verdict instanceof Verdict.Refuse) {
      endMessage();
    } else {
      heedDiscard();
    }
    return verdict;
  }

  /** Asks for one recipient. A refusal concerns this one alone. */
  public Verdict rcpt(Recipient recipient) {
    if (!ofMessage.passes()) {
      return repeated();
    }
    Verdict verdict = ask(new Command.Rcpt(recipient.path(), recipient.arguments()));
    heedDiscard();
    return verdict;
  }

  /**
   * Shows a recipient that the MTA itself refused to the milters that want to know. What they
   * answer is not heeded.
   *
   * <p>The macros {@code {rcpt_mailer}}, {@code {rcpt_host}} and {@code {rcpt_addr}} have to be
   * {@code error}, the enhanced status code and the text of the refusal when this is called.
   */
  public void refusedRecipient(Recipient recipient) {
    if (!ofConnection.passes() || !ofMessage.passes()) {
      return;
    }
    Command command = new Command.Rcpt(recipient.path(), recipient.arguments());
    List<Link> asked =
        links.stream().filter(l -> l.isUsable() && l.session().wantsRefusedRecipients()).toList();
    asked.forEach(link -> link.send(command));
    Verdict verdict = Verdict.PASS;
    for (Link link : asked) {
      verdict = verdict.or(link.receiveAndIgnore());
    }
    keepIfOfConnection(verdict);
  }

  /** Tells that the client wants to send the message. Must not be called without a recipient. */
  public Verdict data() {
    if (!ofMessage.passes()) {
      return repeated();
    }
    Verdict verdict = ask(new Command.Data());
    if (verdict instanceof Verdict.Refuse) {
      ofMessage = verdict;
    } else {
      heedDiscard();
    }
    return verdict;
  }

  /**
   * Tells of a command that the MTA does not know.
   *
   * <p>A refusal is an answer for this command alone, unless it closes the connection. Postfix
   * gives it to the client only if it is temporary, or else its own {@code 500}.
   */
  public Verdict unknown(Bytes line) {
    return ofMessage.passes() ? ask(new Command.Unknown(line)) : Verdict.PASS;
  }

  /**
   * Puts the message to one milter after another, each on the result of the one before.
   *
   * <p>Bodies that milters sent live until the next call of {@link #mail}, {@link #helo}, {@link
   * #abort} or {@link #close}; the message's own body stays the caller's.
   *
   * @throws IOException if a body cannot be read or kept, which is not a milter's fault; the
   *     message is over then, without a verdict
   */
  public ContentResult content(MailMessage message) throws IOException {
    return content(message, MemoryShare.UNLIMITED);
  }

  /**
   * As {@link #content(MailMessage)}.
   *
   * @param memory the message's; what milters change is taken from it, and stays taken until it is
   *     closed
   * @throws org.miltergate.milter.mail.MemoryUsedUpException if there is no room for what milters
   *     change
   * @throws IOException as above
   */
  public ContentResult content(MailMessage message, MemoryShare memory) throws IOException {
    requireConnected();
    Verdict before = ofConnection.or(ofMessage);
    if (!before.passes()) {
      endMessage();
      return new ContentResult(before, message, List.of());
    }
    try {
      ContentResult result = content.run(message, memory);
      keepIfOfConnection(result.verdict());
      return result;
    } finally {
      endMessage();
    }
  }

  /** The message is given up: RSET, the client is gone, or the data were refused. */
  public void abort() {
    content.dropBodies();
    endMessage();
  }

  private void endMessage() {
    ofMessage = Verdict.PASS;
    discard = Verdict.PASS;
    links.forEach(Link::endMessage);
  }

  private Verdict ask(Command command) {
    requireConnected();
    if (!ofConnection.passes()) {
      return ofConnection;
    }
    Verdict verdict =
        switch (preData) {
          case TOGETHER -> askTogether(command);
          case SERIAL -> askInTurn(command);
        };
    keepIfOfConnection(verdict);
    return verdict;
  }

  private void requireConnected() {
    if (!connected) {
      throw new IllegalStateException("no client is connected, milters would not see the mail");
    }
  }

  /** Small packets: no write waits. Every answer is read, or the milter would be out of step. */
  private Verdict askTogether(Command command) {
    links.forEach(link -> link.send(command));
    Verdict first = Verdict.PASS;
    for (Link link : links) {
      first = first.or(noted(link.receive()));
    }
    return first;
  }

  private Verdict askInTurn(Command command) {
    for (Link link : links) {
      if (command instanceof Command.Connect) {
        link.open();
      }
      link.send(command);
      Verdict verdict = noted(link.receive());
      if (!verdict.passes()) {
        return verdict;
      }
    }
    return Verdict.PASS;
  }

  /** A milter that discards is done with the message, even if one before it refused a recipient. */
  private Verdict noted(Verdict verdict) {
    if (verdict instanceof Verdict.Discard) {
      discard = discard.or(verdict);
    }
    return verdict;
  }

  private Verdict repeated() {
    return ofMessage instanceof Verdict.Discard ? Verdict.PASS : ofMessage;
  }

  private Verdict ofConnection(Verdict verdict) {
    ofConnection = ofConnection.or(verdict);
    return verdict;
  }

  /** A failed milter refuses from now on, and so does one that closes the connection. */
  private void keepIfOfConnection(Verdict verdict) {
    if (verdict instanceof Verdict.Refuse(SmtpReply reply, Source source)
        && (source.cause() == Source.Cause.DEFAULT_ACTION || reply.closesConnection())) {
      ofConnection = ofConnection.or(verdict);
    }
  }

  /** A discard ends the message for all milters; the client is not to notice. */
  private void heedDiscard() {
    if (!discard.passes()) {
      links.forEach(Link::endMessage);
      ofMessage = discard;
      discard = Verdict.PASS;
    }
  }

  /** Says ABORT and QUIT to all milters, as far as they are there, and closes the connections. */
  @Override
  public void close() {
    connected = false;
    content.dropBodies();
    links.forEach(Link::close);
  }
}
