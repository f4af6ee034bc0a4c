package org.miltergate.gateway.relay;

import java.io.IOException;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.miltergate.milter.mail.SmtpReply;

/** Thrown when the next hop could not be reached, was lost, was too slow, or did not speak SMTP. */
public final class NextHopException extends IOException {
  private static final long serialVersionUID = 1;

  /** The kind of failure, as far as it matters for what follows. */
  public enum Kind {
    /** There was no connection, or no greeting that lets mail in. */
    UNREACHABLE("4.4.1", "Next hop cannot be reached"),
    /** TLS is required, but not offered or refused. */
    NO_TLS("4.7.4", "Next hop does not offer TLS"),
    /** TLS failed, or the certificate is not as required. */
    TLS("4.7.5", "TLS with next hop failed"),
    /** We could not log in. */
    LOGIN("4.7.0", "Login to next hop failed"),
    /** It is not known where mail goes. */
    LOOKUP("4.4.3", "Next hop cannot be found"),
    /** All connections that there may be are in use. */
    BUSY("4.4.5", "Next hop is busy"),
    /** Mail goes back to us. */
    LOOP("4.4.6", "Next hop is this gateway itself"),
    /** The connection ended silently. */
    LOST("4.4.2", "Connection to next hop was lost"),
    /** The next hop ended the connection, and said so: by 421, or by another reply of its own. */
    CLOSED("4.4.2", "Connection to next hop was lost"),
    /** A step took longer than its limit. */
    TIMEOUT("4.4.2", "Next hop timed out"),
    /** The input was not an SMTP reply, or not one that is valid there. */
    PROTOCOL("4.5.0", "Next hop sent no valid reply"),
    /** A disk of ours, on which the message is delivered, is full. */
    DISK_FULL(NextHop.DISK_FULL),
    /** Anything else is wrong with it. */
    LOCAL_PROBLEM(NextHop.LOCAL_PROBLEM);

    private final SmtpReply reply;

    Kind(String dsn, String text) {
      this(SmtpReply.of(451, dsn + " " + text + " - try again later"));
    }

    Kind(SmtpReply reply) {
      this.reply = reply;
    }
  }

  private final Kind kind;
  private final String relay;
  private final transient @Nullable SmtpReply lastWords;

  /**
   * @param relay {@code host[address]:port}, or {@code none}
   * @param message names the next hop, what happened and at which step
   */
  public NextHopException(Kind kind, String relay, String message) {
    super(message);
    this.kind = kind;
    this.relay = relay;
    this.lastWords = null;
  }

  public NextHopException(Kind kind, String relay, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
    this.relay = relay;
    this.lastWords = null;
  }

  /** Creates one of the kind {@link Kind#CLOSED}. */
  public NextHopException(String relay, String message, SmtpReply lastWords) {
    super(message);
    this.kind = Kind.CLOSED;
    this.relay = relay;
    this.lastWords = lastWords;
  }

  public Kind kind() {
    return kind;
  }

  /** Returns whether the next hop was there, and ended the connection or let it break. */
  public boolean isConnectionGone() {
    return kind == Kind.LOST || kind == Kind.CLOSED;
  }

  /** Returns the reply by which the next hop refused what it was sent before it closed. */
  public Optional<SmtpReply> refusal() {
    return Optional.ofNullable(lastWords)
        .filter(reply -> reply.isPermanentFailure() || reply.isTransientFailure())
        .filter(reply -> reply.code() != 421);
  }

  public String relay() {
    return relay;
  }

  public String dsn() {
    return ReplyStatus.of(kind.reply);
  }

  /** Returns what the client is told; it does not name the next hop. */
  public SmtpReply replyToClient() {
    return kind.reply;
  }
}
