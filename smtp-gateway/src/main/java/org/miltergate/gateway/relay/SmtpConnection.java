package org.miltergate.gateway.relay;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.config.NextHopConfig;
import org.miltergate.config.NextHopProtocol;
import org.miltergate.config.NextHopTimeouts;
import org.miltergate.gateway.relay.NextHopException.Kind;
import org.miltergate.gateway.tls.ClientTls;
import org.miltergate.gateway.tls.TlsConnection;
import org.miltergate.gateway.tls.TlsFacts;
import org.miltergate.milter.mail.SmtpReply;
import org.miltergate.milter.text.DurationText;
import org.miltergate.milter.transport.MilterConnection;
import org.miltergate.milter.transport.Watchdog;

/**
 * A connection to the next hop: commands out, replies in, each within its limit.
 *
 * <p>After any exception the dialogue is out of step, and the connection closed.
 *
 * <p>Confined to one thread at a time.
 */
final class SmtpConnection implements AutoCloseable {
  private final NextHopConfig.Smtp config;
  private final NextHopTimeouts timeouts;
  private final String relay;
  private final Watchdog.Watch watch;
  private MilterConnection stream;
  private ReplyReader replies;
  private Optional<TlsFacts> tls = Optional.empty();
  private DeliveryDeadline deadline = DeliveryDeadline.NONE;
  private Extensions extensions = Extensions.NONE;
  private @Nullable ConnectionPool pool;
  private int transactions;
  private boolean open = true;

  /**
   * @param relay {@code host[address]:port}
   */
  SmtpConnection(MilterConnection stream, String relay, NextHopConfig.Smtp config) {
    this.stream = stream;
    this.watch = Watchdog.shared().watch(stream);
    this.replies = new ReplyReader(stream);
    this.relay = relay;
    this.config = config;
    this.timeouts = config.timeouts();
  }

  String relay() {
    return relay;
  }

  Extensions extensions() {
    return extensions;
  }

  /** Tells whether the next hop has said more than it was asked for. */
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

  /** Names where the connection goes when it is not used. */
  void keepIn(ConnectionPool home) {
    pool = home;
  }

  /** Goes where it is kept, or takes leave. */
  void giveBack() {
    ConnectionPool home = pool;
    if (home == null) {
      quit();
    } else {
      home.giveBack(this);
    }
  }

  /** Limits what follows up to the final dot, on top of each step's own limit. */
  void limitTo(DeliveryDeadline end) {
    deadline = end;
  }

  /** Returns how many recipients one transaction may have: ours to set, and the next hop's. */
  int maxRecipients() {
    return Math.min(config.recipientsPerTransaction(), extensions.maxRecipients());
  }

  /**
   * Tells whether the end of the message has a reply for each accepted recipient, in their order
   * (LMTP: RFC 2033, section 4.2), and not one for all.
   */
  boolean repliesPerRecipient() {
    return config.protocol() == NextHopProtocol.LMTP;
  }

  /** Tells whether content goes out in chunks: wanted and offered (RFC 3030). */
  boolean usesChunks() {
    return config.chunking() && extensions.chunking();
  }

  /** Returns what TLS was negotiated, if there is TLS. */
  Optional<TlsFacts> tls() {
    return tls;
  }

  /** Counts a transaction, so that {@link #isReusable} can tell when the next hop wants no more. */
  void beginTransaction() {
    transactions++;
  }

  /** Tells whether another transaction can follow: open, nothing unread, next hop still there. */
  boolean isReusable() {
    if (!open || transactions >= extensions.maxTransactions()) {
      return false;
    }
    try {
      return !replies.hasStrayInput();
    } catch (IOException e) {
      return false; // gone, which is what was asked
    }
  }

  boolean isOpen() {
    return open;
  }

  /**
   * Leaves the connection alone in the midst of a transaction, until {@link #resume}; closes it
   * when that does not follow within the limit.
   */
  void hold(Duration limit) {
    if (open) {
      watch.arm(limit);
    }
  }

  /** Ends {@link #hold}; tells whether the dialogue can go on. */
  boolean resume() {
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

  /** Tells whether the next hop has spoken before it was its turn, or has gone. */
  boolean hasStrayInput() throws NextHopException {
    try {
      return replies.hasStrayInput();
    } catch (IOException e) {
      throw failed(SmtpStep.CONTENT, e);
    }
  }

  SmtpReply exchange(SmtpCommand command) throws NextHopException {
    write(command.step(), command.line().toBuffer());
    return read(command.step());
  }

  /**
   * Sends, unless the time of the delivery is over: then nothing is begun any more, and no final
   * dot is sent behind a client that may have given up.
   */
  void write(SmtpStep step, ByteBuffer data) throws NextHopException {
    if (deadline.isOver()) {
      throw timedOut(step == SmtpStep.END_OF_DATA ? SmtpStep.CONTENT : step);
    }
    watch.arm(limit(step));
    try {
      stream.write(data);
    } catch (IOException e) {
      throw failed(step, e);
    }
    if (!watch.disarm()) {
      throw timedOut(step);
    }
  }

  /**
   * Reads one reply.
   *
   * @throws NextHopException also if the reply is 421, behind which the next hop closes
   */
  SmtpReply read(SmtpStep step) throws NextHopException {
    SmtpReply reply;
    watch.arm(limit(step));
    try {
      reply = replies.read();
    } catch (IOException e) {
      throw failed(step, e);
    }
    if (!watch.disarm()) {
      throw timedOut(step);
    }
    if (reply.closesConnection()) {
      close();
    }
    if (reply.code() == 421) {
      throw new NextHopException(Kind.LOST, relay, said(step, reply));
    }
    return reply;
  }

  /** Words a reply as Postfix's log does. */
  String said(SmtpStep step, SmtpReply reply) {
    return "host %s said: %s (in reply to %s)".formatted(relay, reply, step.command());
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

  /** Behind the final dot it must become known what the next hop did, however late. */
  private Duration limit(SmtpStep step) {
    Duration own = step.limit(timeouts);
    return step == SmtpStep.END_OF_DATA ? own : deadline.within(own);
  }

  private NextHopException failed(SmtpStep step, IOException cause) {
    boolean expired = !watch.disarm();
    close();
    if (expired) {
      return timedOut(step);
    }
    if (cause instanceof MalformedReplyException) {
      String text =
          "protocol error of %s while %s: %s".formatted(relay, step.activity(), cause.getMessage());
      return new NextHopException(Kind.PROTOCOL, relay, text, cause);
    }
    String reason = cause instanceof EOFException ? "" : ": " + cause.getMessage();
    String text = "lost connection with %s while %s%s".formatted(relay, step.activity(), reason);
    return new NextHopException(Kind.LOST, relay, text, cause);
  }

  private NextHopException timedOut(SmtpStep step) {
    close();
    String limit =
        deadline.isOver() && step != SmtpStep.END_OF_DATA
            ? "the delivery took as long as it may"
            : "no reply within " + DurationText.of(step.limit(timeouts));
    String text =
        "conversation with %s timed out while %s: %s".formatted(relay, step.activity(), limit);
    return new NextHopException(Kind.TIMEOUT, relay, text);
  }

  /** Takes leave with QUIT, as Postfix does without waiting for the reply, and closes. */
  void quit() {
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
