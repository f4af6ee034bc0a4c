package org.miltergate.milter.filter;

/**
 * When a filter decides. It is told what the MTA knows at that time, and nothing later is asked of
 * the MTA.
 */
public enum DecisionPoint {
  /** When a client has connected; the decision holds for all its messages. */
  CONNECT,
  /** After HELO or EHLO; the decision holds for all messages of the client. */
  HELO,
  /** When the sender is known. */
  MAIL,
  /**
   * At each recipient; a refusal refuses that recipient only. The transaction has those accepted so
   * far and, last, the present one.
   */
  RCPT,
  /** When all recipients are known. */
  DATA,
  /** When the header is known. The body is not transmitted. */
  END_OF_HEADERS,
  /** When everything is known. */
  END_OF_MESSAGE;

  /** Returns whether an event at {@code other} has happened by now. */
  boolean knows(DecisionPoint other) {
    return compareTo(other) >= 0;
  }
}
