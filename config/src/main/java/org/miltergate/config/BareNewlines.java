package org.miltergate.config;

/** What becomes of a CR or LF that stands alone in a message. */
public enum BareNewlines {
  /** {@code 550 5.5.2}; what SMTP smuggling relies on cannot get through. */
  REJECT,
  /** It counts as a line end, and is passed on as CRLF; it ends no message. */
  NORMALIZE,
  /**
   * As {@link #NORMALIZE}, and LF ends a message, too, on either side of the dot: for clients that
   * know no CRLF. From a client that passes on the mail of others, mail can be smuggled so.
   */
  ACCEPT
}
