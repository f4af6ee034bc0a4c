package org.miltergate.gateway.auth;

/** Thrown for a message of a SCRAM client that is malformed or asks for something unsupported. */
final class ScramException extends Exception {
  private static final long serialVersionUID = 1;

  private final String reason;

  ScramException(String reason) {
    super(reason, null, false, false);
    this.reason = reason;
  }

  String reason() {
    return reason;
  }
}
