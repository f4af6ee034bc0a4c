package org.miltergate.milter.wire;

/** How much a decoder of replies lets pass. */
public enum Strictness {
  /**
   * What the protocol and RFC 5321 say, to hold a milter to them: the text of a {@code
   * SMFIR_REPLYCODE} ends with NUL, and each of its lines has the same code of 400 to 599.
   */
  STRICT,
  /**
   * What a relay takes: a {@code SMFIR_REPLYCODE} may lack its NUL, and its text is not looked at
   * here, since what cannot be sent to the client is no reason to lose the milter. All else as
   * {@link #STRICT}.
   */
  LENIENT
}
