package org.miltergate.milter.session;

/**
 * What a failed milter counts as, from the first dial to the last reply of an SMTP connection
 * (Postfix {@code milter_default_action}).
 */
public enum FailurePolicy {
  /**
   * The mail passes as if the milter were not there; the milter's own unfinished edits are lost.
   */
  ACCEPT,
  /** {@code 550 5.5.0 Service unavailable}. */
  REJECT,
  /** {@code 451 4.7.1 Service unavailable - try again later}. */
  TEMPFAIL,
  /** The mail passes the other milters and is then held. */
  QUARANTINE,
  /** {@code 421 4.7.1 Service unavailable - try again later}, and the connection is closed. */
  SHUTDOWN
}
