package org.miltergate.milter.wire;

/** How strictly a decoder checks replies. */
public enum Strictness {
  /**
   * By the protocol and RFC 5321, to test a milter: the text of a {@code SMFIR_REPLYCODE} ends with
   * NUL, and each of its lines has the same code of 400 to 599.
   */
  STRICT,
  /**
   * As lenient as a relay needs to be: the text of a {@code SMFIR_REPLYCODE} and the reason of a
   * {@code SMFIR_QUARANTINE} end at NUL or at the end of the packet, and anything after the NUL is
   * dropped. The text is not checked here, since a text that cannot be sent to the client is no
   * reason to lose the milter. Everything else is as in {@link #STRICT}.
   */
  LENIENT
}
