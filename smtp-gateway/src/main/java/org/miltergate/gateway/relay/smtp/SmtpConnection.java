package org.miltergate.gateway.relay.smtp;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.miltergate.config.nexthop.NextHopConfig;
import org.miltergate.config.nexthop.NextHopProtocol;
import org.miltergate.config.nexthop.NextHopTimeouts;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.tls.ClientTls;
import org.miltergate.gateway.tls.TlsConnection;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.DurationText;
import org.miltergate.net.ByteStream;
import org.miltergate.net.DeadlineException;
import org.miltergate.net.Watchdog;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection to the next hop: commands out, replies in, each within its limit.
 *
 * <p>After any exception the dialogue is out of step, and the connection closed.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public final class SmtpConnection implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(SmtpConnection.class);

  /** How long a reply is waited for that may have come already. */
  private static final Duration PATIENCE = Duration.ofSeconds(3);

  private final NextHopConfig.Smtp config;
  private final NextHopTimeouts timeouts;
  private final String relay;
  private final Watchdog.Watch watch;
  private ByteStream stream;
  private ReplyReader replies;
  private Optional<TlsFacts> tls = Optional.empty();
  private DeliveryDeadline deadline = DeliveryDeadline.NONE;
  private Extensions extensions = Extensions.NONE;
  private int transactions;
  private boolean open = true;

  /**
   * @param relay {@code host[address]:port}
   */
  SmtpConnection(ByteStream stream, String relay, NextHopConfig.Smtp config) {
    this.stream = stream;
    this.watch = Watchdog.shared().watch(stream);
    this.replies = new ReplyReader(stream);
    this.relay = relay;
    this.config = config;
    this.timeouts = config.timeouts();
  }

  public String relay() {
    return relay;
  }

  public Extensions extensions() {
    return extensions;
  }

  /** Returns whether the next hop has said more than it was asked for. */
  boolean hasUnreadBytes() throws NextHopException {
    try {
      return replies.hasUnreadBytes();
    } catch (IOException e) {
      throw failed(SmtpStep.STARTTLS, e);
    }
  }

  /**
   * Negotiates TLS, in which everything goes from here on. What was offered before counts no more.
   *
   * @param host name that the server was reached by
   * @throws NextHopException of the kind {@link Kind#TLS} if that fails, in whichever way
   */
  void startTls(ClientTls client, String host) throws NextHopException {
    Duration limit = limit(SmtpStep.TLS);
    try {
      TlsConnection secured = client.connect(stream, host, limit);
      stream = secured;
      replies = new ReplyReader(secured);
      extensions = Extensions.NONE;
      tls = Optional.of(secured.facts());
    } catch (IOException e) {
      close();
      String text = "Cannot start TLS with %s: %s".formatted(relay, e.getMessage());
      throw new NextHopException(Kind.TLS, relay, text, e);
    }
  }

  void greeted(Extensions offered) {
    extensions = offered;
  }

  /** Limits what follows up to the final dot, on top of each step's own limit. */
  public void limitTo(DeliveryDeadline end) {
    deadline = end;
  }

  /** Returns how many recipients one transaction may have: ours to set, and the next hop's. */
  int maxRecipients() {
    return Math.min(config.recipientsPerTransaction(), extensions.maxRecipients());
  }

  /**
   * Returns whether the end of the message has a reply for each accepted recipient, in their order
   * (LMTP: RFC 2033, section 4.2), and not one for all.
   */
  public boolean repliesPerRecipient() {
    return config.protocol() == NextHopProtocol.LMTP;
  }

  /** Returns whether content goes out in chunks: wanted and offered (RFC 3030). */
  boolean usesChunks() {
    return config.chunking() && extensions.chunking();
  }

  /** Returns what TLS was negotiated, if there is TLS. */
  public Optional<TlsFacts> tls() {
    return tls;
  }

  /** Returns how many transactions were begun. */
  public int transactions() {
    return transactions;
  }

  /** Counts a transaction, so that {@link #isReusable} can tell when the next hop wants no more. */
  void beginTransaction() {
    transactions++;
  }

  /** Returns whether another transaction can follow: open, nothing unread, next hop still there. */
  public boolean isReusable() {
    int most = Math.min(config.messagesPerConnection(), extensions.maxTransactions());
    if (!open || transactions >= most) {
      return false;
    }
    try {
      return !replies.hasStrayInput();
    } catch (IOException e) {
      return false; // gone, which is what was asked
    }
  }

  public boolean isOpen() {
    return open;
  }

  /**
   * Leaves the connection alone in the middle of a transaction, until {@link #resume}; closes it if
   * that does not follow within the limit.
   */
  public void hold(Duration limit) {
    if (open) {
      watch.arm(limit);
    }
  }

  /** Ends {@link #hold}; returns whether the dialogue can go on. */
  public boolean resume() {
    if (!open) {
      return false;
    }
    try {
      if (watch.disarm() && !replies.hasStrayInput()) {
        return true;
      }
    } catch (IOException e) {
      // gone, which is what was asked
    }
    close();
    return false;
  }

  /** Returns whether the next hop has spoken before it was its turn, or has gone. */
  boolean hasStrayInput() throws NextHopException {
    try {
      return replies.hasStrayInput();
    } catch (IOException e) {
      throw failed(SmtpStep.CONTENT, e);
    }
  }

  SmtpReply exchange(SmtpCommand command) throws NextHopException {
    send(command.step(), command.line().toBuffer());
    return read(command.step());
  }

  /**
   * Sends a command, or several together. Closes if more has come than was due: a reply that comes
   * before its command would be taken for the reply to the next one, and in the end for the one
   * that decides about the message.
   */
  void send(SmtpStep step, ByteBuffer commands) throws NextHopException {
    if (replies.hasBufferedBytes()) {
      throw unexpected(step, read(step));
    }
    write(step, commands);
  }

  /** Returns whether more has come than was due, together with the last reply. */
  boolean hasBufferedBytes() {
    return replies.hasBufferedBytes();
  }

  /**
   * Sends, unless the time of the delivery is over: then nothing is begun any more, and no final
   * dot is sent after a client may have given up.
   *
   * @throws NextHopException with what the next hop said, if it closed the connection with a reply
   */
  void write(SmtpStep step, ByteBuffer data) throws NextHopException {
    if (deadline.isOver()) {
      throw timedOut(step == SmtpStep.END_OF_DATA ? SmtpStep.CONTENT : step);
    }
    try {
      watch.run(limit(step), () -> stream.write(data));
    } catch (DeadlineException e) {
      throw timedOut(step);
    } catch (IOException e) {
      Optional<SmtpReply> lastWords = replyLeft();
      close();
      throw lastWords.isPresent() ? closing(step, lastWords.get()) : failed(step, e);
    }
  }

  /**
   * Reads the only reply that is due.
   *
   * @throws NextHopException also if the reply is 421, after which the next hop closes
   */
  SmtpReply read(SmtpStep step) throws NextHopException {
    return read(step, 1);
  }

  /**
   * Reads one of the replies that are due. If it is the only one, lines before it that are no reply
   * are skipped; if not, such a line may stand for one of them, and it would be unknown which.
   *
   * <p>What came of a reply to the final dot before the connection failed decides, if it has the
   * code; the connection is closed then.
   *
   * @param due how many replies are to come, this one included
   * @throws NextHopException as {@link #read(SmtpStep)}
   */
  SmtpReply read(SmtpStep step, int due) throws NextHopException {
    watch.arm(limit(step));
    SmtpReply reply;
    try {
      reply = due == 1 ? replies.readPastGarbage(() -> lowerLimit(step)) : replies.read();
    } catch (IOException e) {
      return unfinished(step, e);
    }
    if (!watch.disarm()) {
      if (step != SmtpStep.END_OF_DATA) {
        throw timedOut(step);
      }
      close();
    }
    if (reply.closesConnection()) {
      close();
    }
    if (reply.code() == 421) {
      throw closing(step, reply);
    }
    return reply;
  }

  /** What still follows a line that is no reply has come already, or does not come. */
  private void lowerLimit(SmtpStep step) {
    Duration own = limit(step);
    watch.arm(own.compareTo(PATIENCE) < 0 ? own : PATIENCE);
  }

  private SmtpReply unfinished(SmtpStep step, IOException cause) throws NextHopException {
    NextHopException failure = failed(step, cause);
    Optional<SmtpReply> decided =
        step == SmtpStep.END_OF_DATA ? replies.unfinished() : Optional.empty();
    if (decided.isEmpty() || decided.get().code() == 421) {
      throw failure;
    }
    LOG.atWarn()
        .addKeyValue("relay", relay)
        .addKeyValue("cause", failure.getMessage())
        .addKeyValue("reply", decided.get())
        .log("reply to the final dot is incomplete, its code decides");
    return decided.get();
  }

  private NextHopException closing(SmtpStep step, SmtpReply reply) {
    return new NextHopException(relay, said(step, reply), reply);
  }

  /** Words a reply as Postfix's log does. */
  String said(SmtpStep step, SmtpReply reply) {
    return "host %s said: %s (in reply to %s)".formatted(relay, reply, step.command());
  }

  /**
   * Reads a reply that came before it was due, or what the next hop said before it closed.
   *
   * @return empty if there is none
   */
  private Optional<SmtpReply> replyLeft() {
    try {
      return Optional.of(watch.call(PATIENCE, replies::read));
    } catch (IOException e) {
      return Optional.empty(); // why the connection ended is known already
    }
  }

  /** Closes at once, after a reply that does not belong there. */
  NextHopException unexpected(SmtpStep step, SmtpReply reply) {
    close();
    return new NextHopException(Kind.PROTOCOL, relay, said(step, reply));
  }

  /** Closes if a reply that is not positive is no failure either. */
  void requireFailure(SmtpStep step, SmtpReply reply) throws NextHopException {
    if (!reply.isTransientFailure() && !reply.isPermanentFailure()) {
      throw unexpected(step, reply);
    }
  }

  /** After the final dot the result must become known, however late. */
  private Duration limit(SmtpStep step) {
    Duration own = step.limit(timeouts);
    return step == SmtpStep.END_OF_DATA ? own : deadline.within(own);
  }

  private NextHopException failed(SmtpStep step, IOException cause) {
    boolean expired = !watch.disarm();
    close();
    if (cause instanceof MalformedReplyException) {
      String text =
          "protocol error of %s while %s: %s".formatted(relay, step.activity(), cause.getMessage());
      return new NextHopException(Kind.PROTOCOL, relay, text, cause);
    }
    if (expired) {
      return timedOut(step);
    }
    String reason = cause instanceof EOFException ? "" : ": " + cause.getMessage();
    String text = "lost connection with %s while %s%s".formatted(relay, step.activity(), reason);
    return new NextHopException(Kind.LOST, relay, text, cause);
  }

  private NextHopException timedOut(SmtpStep step) {
    close();
    String limit =
        deadline.isOver() && step != SmtpStep.END_OF_DATA
            ? "the time limit of the delivery has passed"
            : "no reply within " + DurationText.of(step.limit(timeouts));
    String text =
        "conversation with %s timed out while %s: %s".formatted(relay, step.activity(), limit);
    return new NextHopException(Kind.TIMEOUT, relay, text);
  }

  /** Sends QUIT, as Postfix does without waiting for the reply, and closes. */
  public void quit() {
    if (open) {
      try {
        write(SmtpStep.QUIT, SmtpCommand.QUIT.line().toBuffer());
      } catch (NextHopException e) {
        // It is closed now, and there was nothing in it any more.
        return;
      }
      close();
    }
  }

  @Override
  public void close() {
    open = false;
    watch.close();
    stream.close();
  }
}
