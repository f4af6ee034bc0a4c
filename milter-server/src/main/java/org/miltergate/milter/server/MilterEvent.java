package org.miltergate.milter.server;

import org.miltergate.milter.wire.ProtocolSteps;
import org.miltergate.milter.wire.ProtocolSteps.Step;

/** The events that a milter can decline, or receive without replying. */
public enum MilterEvent {
  CONNECT(Step.NO_CONNECT, Step.NO_REPLY_CONNECT),
  HELO(Step.NO_HELO, Step.NO_REPLY_HELO),
  MAIL(Step.NO_MAIL, Step.NO_REPLY_MAIL),
  RCPT(Step.NO_RCPT, Step.NO_REPLY_RCPT),
  DATA(Step.NO_DATA, Step.NO_REPLY_DATA),
  UNKNOWN(Step.NO_UNKNOWN, Step.NO_REPLY_UNKNOWN),
  HEADER(Step.NO_HEADERS, Step.NO_REPLY_HEADERS),
  END_OF_HEADERS(Step.NO_END_OF_HEADERS, Step.NO_REPLY_END_OF_HEADERS),
  BODY(Step.NO_BODY, Step.NO_REPLY_BODY);

  private final Step unwanted;
  private final Step unanswered;

  MilterEvent(Step unwanted, Step unanswered) {
    this.unwanted = unwanted;
    this.unanswered = unanswered;
  }

  /** Returns the bit that keeps the event from being sent. */
  ProtocolSteps unwanted() {
    return ProtocolSteps.of(unwanted);
  }

  /** Returns the bit that keeps the event from being answered. */
  ProtocolSteps unanswered() {
    return ProtocolSteps.of(unanswered);
  }

  boolean isUnanswered(ProtocolSteps agreed) {
    return agreed.has(unanswered);
  }
}
