package org.miltergate.config;

/** Who is asked about a recipient before the client gets the reply to RCPT. */
public enum RecipientCheck {
  NONE,
  /** The next hop; Postfix {@code reject_unverified_recipient}. */
  NEXT_HOP
}
