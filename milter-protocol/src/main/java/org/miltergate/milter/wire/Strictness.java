package org.miltergate.milter.wire;

/** How much a decoder of replies lets pass. */
public enum Strictness {
  /**
   * What the protocol and RFC 5321 say, to hold a milter to them: the text of a {@code
   * SMFIR_REPLYCODE} ends with NUL, and each of its lines has the same code of 400 to 599.
   */
  STRICT,
  /**
   * What a relay takes: the text of a {@code SMFIR_REPLYCODE} and the reason of a {@code
   * SMFIR_QUARANTINE} end with NUL or with the packet, and what follows the NUL is dropped. Nor is
   * the text looked at here, since what cannot be sent to the client is no reason to lose the
   * milter. All else as {@link #STRICT}.
   */
  LENIENT
}
