package org.miltergate.config.auth;

/** A way to log in by AUTH. */
public enum AuthMechanism {
  /** RFC 4616. */
  PLAIN("PLAIN"),
  /** What old clients know; never became a standard. */
  LOGIN("LOGIN"),
  /** RFC 5802 and RFC 7677; the password itself is not sent. */
  SCRAM_SHA_256("SCRAM-SHA-256");

  private final String text;

  AuthMechanism(String text) {
    this.text = text;
  }

  /** Returns the name in the reply to EHLO and in AUTH. */
  public String text() {
    return text;
  }
}
