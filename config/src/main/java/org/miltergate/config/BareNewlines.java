package org.miltergate.config;

/** What happens to a bare CR or LF in a message. */
public enum BareNewlines {
  /** {@code 550 5.5.2}; this prevents SMTP smuggling. */
  REJECT,
  /** It counts as a line end and is passed on as CRLF; it does not end a message. */
  NORMALIZE,
  /**
   * As {@link #NORMALIZE}, and LF also ends a message, on either side of the dot: for clients that
   * do not send CRLF. With a client that passes on other people's mail, this allows SMTP smuggling.
   */
  ACCEPT
}
