package org.miltergate.config.policy;

/** How MAIL and RCPT have to be written; Postfix {@code strict_rfc821_envelopes}. */
public enum AddressSyntax {
  /** What Postfix understands, too: no angle brackets, blanks behind the colon. */
  AS_POSTFIX,
  /** As RFC 5321 says. */
  STRICT
}
