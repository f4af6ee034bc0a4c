package org.miltergate.milter.session;

import static org.miltergate.milter.session.Stage.BODY;
import static org.miltergate.milter.session.Stage.CONNECT;
import static org.miltergate.milter.session.Stage.DATA;
import static org.miltergate.milter.session.Stage.END_OF_HEADERS;
import static org.miltergate.milter.session.Stage.END_OF_MESSAGE;
import static org.miltergate.milter.session.Stage.HEADER;
import static org.miltergate.milter.session.Stage.HELO;
import static org.miltergate.milter.session.Stage.MAIL;
import static org.miltergate.milter.session.Stage.RCPT;
import static org.miltergate.milter.session.Stage.UNKNOWN;

import java.util.EnumSet;
import java.util.Set;

/**
 * How far the SMTP session has come, and which stages may follow.
 *
 * <p>A libmilter filter leaves a command out of order unanswered, so a wrong order would hang the
 * session; it is refused here, as our own mistake, before anything is sent. Stages that the milter
 * declined move the state anyway.
 *
 * @see "sendmail libmilter/engine.c, the table of next states"
 */
enum SessionState {
  /** After the negotiation. */
  NEGOTIATED(CONNECT),
  /** A client is there; HELO may come or not. */
  CONNECTED(HELO, MAIL, UNKNOWN),
  /** Between messages. */
  READY(HELO, MAIL, UNKNOWN),
  IN_MAIL(RCPT, UNKNOWN),
  IN_RCPT(RCPT, DATA, UNKNOWN),
  /** An unknown command may come from a client that sends its message in chunks. */
  IN_DATA(HEADER, END_OF_HEADERS, UNKNOWN),
  IN_HEADERS(HEADER, END_OF_HEADERS),
  IN_BODY(BODY, END_OF_MESSAGE),
  /** The message is over, with or without its verdict; only {@code READY} follows. */
  MESSAGE_OVER;

  private final Set<Stage> next;

  SessionState(Stage... next) {
    this.next = EnumSet.noneOf(Stage.class);
    this.next.addAll(Set.of(next));
  }

  /**
   * Returns the state after {@code stage}.
   *
   * @throws IllegalStateException if it may not follow here
   */
  SessionState after(Stage stage) {
    if (!next.contains(stage)) {
      throw new IllegalStateException(stage + " cannot follow in state " + this);
    }
    return switch (stage) {
      case CONNECT -> CONNECTED;
      case HELO -> READY;
      case MAIL -> IN_MAIL;
      case RCPT -> IN_RCPT;
      case DATA -> IN_DATA;
      case HEADER -> IN_HEADERS;
      case END_OF_HEADERS, BODY -> IN_BODY;
      case END_OF_MESSAGE -> MESSAGE_OVER;
      case UNKNOWN -> this;
    };
  }

  /** Returns whether a message has been begun and not been ended. */
  boolean inMessage() {
    return switch (this) {
      case NEGOTIATED, CONNECTED, READY -> false;
      case IN_MAIL, IN_RCPT, IN_DATA, IN_HEADERS, IN_BODY, MESSAGE_OVER -> true;
    };
  }
}
