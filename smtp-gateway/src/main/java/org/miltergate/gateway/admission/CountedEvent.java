package org.miltergate.gateway.admission;

import java.util.Locale;

/** What is counted: clients that ask for too much or misbehave, and mail that passed unfiltered. */
public enum CountedEvent {
  /** A peer that has to send a PROXY header sent something else, or nothing in time. */
  PROXY_HEADER_REFUSED,
  /** A connection above {@code limits.sessions}. */
  SESSIONS_EXCEEDED,
  /** A connection above {@code limits.sessions-per-client}. */
  SESSIONS_PER_CLIENT_EXCEEDED,
  /** A session ended for {@code limits.hard-errors}. */
  ERRORS_EXCEEDED,
  /** A reply given late for {@code limits.soft-errors}. */
  REPLY_DELAYED,
  /** A client that did not send, or not read, in time. */
  TIMED_OUT,
  /** A client that talked before it was greeted. */
  TALKED_EARLY,
  /** A client without a name for {@code client-names.concurrent}. */
  NAME_NOT_LOOKED_UP,
  /** A connection above {@code rates}. */
  CONNECTION_RATE_EXCEEDED,
  /** A message above {@code rates}. */
  MESSAGE_RATE_EXCEEDED,
  /** A recipient above {@code rates}. */
  RECIPIENT_RATE_EXCEEDED,
  /** A session ended, or not begun, for errors above {@code rates}. */
  ERROR_RATE_EXCEEDED,
  /** A login not tried for failures above {@code rates}. */
  AUTH_FAILURE_RATE_EXCEEDED,
  /**
   * A message that passed without the verdict of a milter that has failed, by its default action.
   */
  PASSED_WITHOUT_MILTER;

  /** Returns the name that operators see, such as {@code talked-early}. */
  String label() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
