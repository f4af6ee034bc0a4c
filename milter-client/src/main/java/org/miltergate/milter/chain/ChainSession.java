package org.miltergate.milter.chain;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;
import org.miltergate.milter.mail.Envelope;
import org.miltergate.milter.mail.HeaderBlock;
import org.miltergate.milter.mail.MailMessage;
import org.miltergate.milter.mail.Mailbox;
import org.miltergate.milter.mail.MessageContent;
import org.miltergate.milter.mail.Recipient;
import org.miltergate.milter.mail.Sender;
import org.miltergate.milter.mail.SmtpReply;

/**
 * One SMTP session before a chain of milters: the server tells it what the client does, and gives
 * the client the verdicts.
 *
 * <p>Keeps the envelope, the content and the macros; a server needs no knowledge of milters. The
 * order is that of SMTP: facts and {@link #connect(InetSocketAddress) connect}, {@link #helo}, then
 * for each message {@link #mail}, {@link #rcpt}, {@link #data} and {@link #content}. Another order
 * throws {@link IllegalStateException}, as mail would pass unseen.
 *
 * <p><b>Verdicts.</b> A refusal at {@code connect} or {@code helo} holds for the whole connection:
 * greet the client or answer its HELO as usual, close after the reply if {@link
 * SmtpReply#closesConnection} says so, and answer the commands that follow with the verdicts they
 * get. A refused recipient concerns that recipient alone; a refusal at MAIL, DATA or the content
 * ends the message. After a discard go on as if all were well; the content will say it again.
 *
 * <p><b>Failures.</b> No method throws for a fault of a milter, which counts as the default action
 * of that milter, or for one of this side, such as a full disk or an interrupt, which is a refusal
 * for now (4xx). After an interrupt the thread is still marked as interrupted, and what follows is
 * refused, too.
 *
 * <p><b>Blocking.</b> {@code connect} waits for all milters at once, at most for the connect
 * timeout and then twice the command timeout of the slowest one. Each of {@code helo}, {@code
 * mail}, {@code rcpt}, {@code data} and {@code unknown} waits for the answers to one command, at
 * most for the command timeout of the slowest milter, or longer as long as a milter reports
 * progress, up to its end-of-message timeout; {@code helo} and {@code mail} may have to connect
 * again before. {@code content} and {@code finish} wait for the milters one after another; each may
 * take its content timeout for each packet, and its end-of-message timeout for its last answer. The
 * others do not wait for milters. Sizes are in bytes.
 *
 * <p>Not thread-safe: use from one thread at a time, which may be a virtual one.
 */
public final class ChainSession implements Closeable {
  private static final int READ_BYTES = 32 * 1024;

  private final ChainDialogue dialogue;
  private final SessionMacros macros;
  private final ContentIntake intake;

  private Sender sender = new Sender(Bytes.ofLatin1("<>"), List.of());
  private final Set<Recipient> recipients = new LinkedHashSet<>();
  private boolean inMessage;
  private boolean loggedIn;
  private String nextQueueId = "";

  ChainSession(
      MilterChain chain, ChainDialogue dialogue, SessionMacros macros, ChainListener listener) {
    this.dialogue = dialogue;
    this.macros = macros;
    this.intake = new ContentIntake(chain, listener);
  }

  /**
   * Sets a macro of the server's own, or another value for one that the session sets, such as
   * {@code v}, {@code {daemon_name}} or {@code {client_connections}}; it stays for the session.
   *
   * @param name with braces or without
   * @throws IllegalArgumentException if the value holds NUL, which cannot be sent
   */
  public void macro(String name, String value) {
    macros.set(name, value);
  }

  /**
   * States where the client has connected to: {@code {daemon_addr}}, {@code {daemon_port}}, {@code
   * {if_addr}}. Before connect.
   *
   * @param local resolved; behind a proxy, the address that the proxy names
   */
  public void server(InetSocketAddress local) {
    macros.server(local);
  }

  /** Connects to all milters, for a client whose name was not looked up. */
  public Verdict connect(InetSocketAddress client) {
    return connect(SmtpClient.at(client));
  }

  /**
   * Connects to all milters, and tells them of the client.
   *
   * @param verifiedName what the record of the address says and the DNS confirms; empty or {@code
   *     unknown} if there is none
   */
  public Verdict connect(String verifiedName, InetSocketAddress client) {
    return connect(SmtpClient.at(client).named(verifiedName));
  }

  /**
   * Connects to all milters, and tells them of the client.
   *
   * @return a pass, or a refusal that holds for the connection: greet with 554, or with 421 and
   *     close if its reply says so
   * @throws IllegalStateException if a client is connected already
   */
  public Verdict connect(SmtpClient client) {
    macros.connected(client);
    return dialogue.connect(client.hostname(), client.address());
  }

  /**
   * States that TLS has begun, after STARTTLS or before HELO. A message that was begun is given up,
   * and nobody is logged in any more (RFC 3207, section 4.2). Milters are told at the next {@link
   * #helo}. With TLS from the first byte on, call it before the first.
   */
  public void encrypted(SmtpTls tls) {
    abort();
    loggedOut();
    macros.encrypted(tls);
  }

  /**
   * Reports HELO, EHLO or LHLO to the milters. A message in progress is abandoned.
   *
   * @param name as the client wrote it
   */
  public Verdict helo(String name) {
    abort();
    return dialogue.helo(Bytes.ofUtf8(name));
  }

  /**
   * States that the client has logged in; milters are told at the next {@link #mail}.
   *
   * @param mechanism such as {@code PLAIN}
   * @param user whose password the client knows
   */
  public void loggedIn(String mechanism, String user) {
    loggedIn = true;
    macros.loggedIn(mechanism, user);
  }

  /** States that nobody is logged in any more. */
  public void loggedOut() {
    loggedIn = false;
    macros.loggedOut();
  }

  /**
   * States by what name the server keeps the message, {@code i}: the one that was begun, or else
   * the next one. It is also on the lines of {@link LoggingChainListener}. Without one {@code i} is
   * left out.
   */
  public void queueId(String id) {
    if (inMessage) {
      macros.queueId(id);
    } else {
      nextQueueId = id;
    }
  }

  /**
   * Begins a message; one that was begun before is given up.
   *
   * @param from the sender, with its angle brackets or without; empty or {@code <>} for none.
   *     Milters are told what is given here, as UTF-8, in brackets
   * @param arguments ESMTP arguments as the client wrote them, such as {@code SIZE=1000}
   */
  public Verdict mail(String from, String... arguments) {
    String id = nextQueueId;
    abort();
    sender = new Sender(path(from), bytes(arguments));
    macros.messageBegun(sender.path());
    if (!id.isEmpty()) {
      macros.queueId(id);
    }
    if (loggedIn) {
      author(arguments);
    }
    Verdict verdict = dialogue.mail(sender);
    if (verdict instanceof Verdict.Refuse) {
      endMessage();
    } else {
      inMessage = true;
      intake.begin();
    }
    return verdict;
  }

  private void author(String... arguments) {
    for (String argument : arguments) {
      if (argument.toUpperCase(Locale.ROOT).startsWith("AUTH=")
          && !argument.substring("AUTH=".length()).equals("<>")) {
        macros.author(argument.substring("AUTH=".length()));
      }
    }
  }

  /**
   * Asks for one recipient, and keeps it in the envelope unless it is refused. The same one, with
   * the same arguments, is kept once.
   *
   * @param to with angle brackets or without
   * @param arguments ESMTP arguments as the client wrote them
   */
  public Verdict rcpt(String to, String... arguments) {
    Recipient recipient = new Recipient(path(to), bytes(arguments));
    macros.recipient(recipient.path());
    Verdict verdict = dialogue.rcpt(recipient);
    if (!(verdict instanceof Verdict.Refuse)) {
      recipients.add(recipient);
    }
    return verdict;
  }

  /**
   * Shows a recipient that the server itself refuses to the milters that want to know such; what
   * they answer is not heeded, except what ends the message or the connection. Blocks as {@link
   * #rcpt}, if there is such a milter.
   *
   * @param reply to the client; its text should begin with an enhanced status code
   */
  public void refusedRecipient(String to, SmtpReply reply, String... arguments) {
    macros.refusedRecipient(reply);
    dialogue.refusedRecipient(new Recipient(path(to), bytes(arguments)));
  }

  /**
   * Leaves a recipient out of the envelope that milters have let pass, since the server refuses it
   * after all. Milters are not told.
   *
   * @param to as it was given to {@link #rcpt}
   */
  public void withdrawRecipient(String to) {
    Bytes path = path(to);
    recipients.removeIf(recipient -> recipient.path().equals(path));
  }

  /**
   * Reports that the client wants to send the content: DATA, or the first BDAT.
   *
   * @return a refusal is to be sent in place of 354; the message is then over
   * @throws IllegalStateException if no recipient was told of
   */
  public Verdict data() {
    return dialogue.data();
  }

  /**
   * Reports a command that the server does not know.
   *
   * @param line without its line end
   * @return a refusal is for this command alone. Postfix gives it to the client only if it is
   *     temporary, or else its own 500
   */
  public Verdict unknown(String line) {
    return dialogue.unknown(Bytes.ofUtf8(line));
  }

  /**
   * Takes the next bytes of the content, cut anywhere, with dot-stuffing undone and without the
   * final dot. Lines end with CRLF; LF alone is taken, too. {@link #finish} puts the content to the
   * milters.
   *
   * <p>Writes to the store of bodies and waits for nothing else. What is wrong with the content, or
   * cannot be stored, is said by {@code finish}; go on until then, or the client's bytes would be
   * taken for commands. Without a message that milters have let begin, nothing is kept.
   */
  public void append(byte[] bytes, int offset, int length) {
    if (!inMessage) {
      return; // a sender or client that was refused: finish says so, whatever comes
    }
    intake.append(bytes, offset, length);
  }

  /**
   * Puts the content to one milter after another, each on the result of the one before.
   *
   * <p>The message is then over. What is returned can be read until the next call on this session.
   *
   * @throws IllegalStateException if DATA was not told of
   */
  public ContentResult finish() {
    Envelope envelope = envelope();
    try {
      Optional<MessageContent> content = intake.end();
      if (content.isEmpty()) {
        dialogue.abort();
        return ContentResult.notPassed(
            intake.fault(), new MailMessage(envelope, HeaderBlock.EMPTY, Bytes.EMPTY, Body.EMPTY));
      }
      content.get().messageId().ifPresent(macros::messageId);
      return dialogue.content(MailMessage.of(envelope, content.get()), intake.memory());
    } finally {
      endMessage();
    }
  }

  /**
   * Reads the content to the end of the stream, and sends it to the milters, as {@link #append} and
   * {@link #finish}.
   *
   * @param in with dot-stuffing undone, ending where the message ends; not closed
   * @return what became of it, to be read until the next call on this session
   * @throws IOException what {@code in} throws: the client is lost, and the message is given up
   * @throws IllegalStateException if DATA was not told of
   */
  public ContentResult content(InputStream in) throws IOException {
    byte[] buffer = new byte[READ_BYTES];
    try {
      for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
        append(buffer, 0, count);
      }
    } catch (IOException | RuntimeException e) {
      abort();
      throw e;
    }
    return finish();
  }

  /** Returns the sender and those recipients that were not refused, of the message in progress. */
  public Envelope envelope() {
    return new Envelope(sender, List.copyOf(recipients));
  }

  /**
   * Gives up the message that was begun, if there is one: RSET, or the data were refused. Milters
   * are told; writing that may block as a command does.
   */
  public void abort() {
    dialogue.abort();
    endMessage();
    intake.release();
  }

  private void endMessage() {
    inMessage = false;
    nextQueueId = "";
    recipients.clear();
    intake.endMessage();
    macros.messageEnded();
  }

  /**
   * Ends the session: QUIT, or the client is lost. Says ABORT, if a message is under way, and QUIT
   * to all milters, for which each has a second, and closes the connections.
   */
  @Override
  public void close() {
    endMessage();
    dialogue.close();
    intake.close();
  }

  private static Bytes path(String address) {
    return Mailbox.angle(Bytes.ofUtf8(address));
  }

  private static List<Bytes> bytes(String... arguments) {
    return Stream.of(arguments).map(Bytes::ofUtf8).toList();
  }
}
