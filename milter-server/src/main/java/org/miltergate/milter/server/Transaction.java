package org.miltergate.milter.server;

import java.util.List;
import java.util.Optional;

/**
 * One message's events, in order. Not thread-safe; use from one thread at a time.
 *
 * <p>If MAIL events are not sent, any other event begins a message.
 */
@SuppressWarnings("ReferenceEquality") // answers without text are one object each
final class Transaction {
  private static final List<MilterEvent> ORDER =
      List.of(
          MilterEvent.MAIL,
          MilterEvent.RCPT,
          MilterEvent.DATA,
          MilterEvent.HEADER,
          MilterEvent.END_OF_HEADERS,
          MilterEvent.BODY);

  private final boolean beginsWithMail;
  private boolean open;
  private MilterEvent latest = MilterEvent.MAIL;
  private boolean skipsBody;
  private Optional<Answer> verdict = Optional.empty();

  Transaction(boolean beginsWithMail) {
    this.beginsWithMail = beginsWithMail;
  }

  boolean isOpen() {
    return open;
  }

  /** Returns the verdict on the whole message, once there is one. */
  Optional<Answer> verdict() {
    return verdict;
  }

  boolean skips(MilterEvent event) {
    return event == MilterEvent.BODY && skipsBody;
  }

  void begin(MilterEvent event) throws OutOfOrderException {
    if (event == MilterEvent.MAIL) {
      end();
    } else if (open && ORDER.indexOf(event) < ORDER.indexOf(latest)) {
      throw new OutOfOrderException(event + " came after " + latest);
    } else {
      requireMail(event.name());
    }
    open = true;
    latest = event;
  }

  void beginEnd() throws OutOfOrderException {
    requireMail("end of message");
    open = true;
  }

  private void requireMail(String event) throws OutOfOrderException {
    if (!open && beginsWithMail) {
      throw new OutOfOrderException(event + " came without MAIL");
    }
  }

  void judge(MilterEvent event, Answer answer) {
    switch (event) {
      case RCPT -> keep(answer, answer.isFinal() && !answer.isRefusal());
      case DATA -> {
        keep(answer, answer.isFinal() && !answer.isRefusal());
        if (answer.isRefusal()) {
          latest = MilterEvent.RCPT; // the client may continue with recipients, or try again
        }
      }
      case BODY -> {
        skipsBody |= answer == Answer.SKIP;
        keep(answer, answer.isFinal());
      }
      case MAIL, HEADER, END_OF_HEADERS -> keep(answer, answer.isFinal());
      case CONNECT, HELO, UNKNOWN -> {}
    }
  }

  private void keep(Answer answer, boolean whole) {
    if (whole) {
      keep(answer);
    }
  }

  /** Keeps the first verdict on the whole message. */
  void keep(Answer answer) {
    if (verdict.isEmpty()) {
      verdict = Optional.of(answer);
    }
  }

  void end() {
    open = false;
    latest = MilterEvent.MAIL;
    skipsBody = false;
    verdict = Optional.empty();
  }
}
