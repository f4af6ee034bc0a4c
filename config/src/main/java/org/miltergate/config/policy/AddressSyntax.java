package org.miltergate.config.policy;

/** The syntax required of MAIL and RCPT; Postfix {@code strict_rfc821_envelopes}. */
public enum AddressSyntax {
  /** What Postfix understands, too: no angle brackets, blanks after the colon. */
  AS_POSTFIX,
  /** As RFC 5321 says. */
  STRICT
}
