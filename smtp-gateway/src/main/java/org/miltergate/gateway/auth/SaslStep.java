package org.miltergate.gateway.auth;

import org.miltergate.milter.bytes.Bytes;

/** The result of a step on the server's side of a SASL exchange. */
public sealed interface SaslStep {
  /** A challenge that the client must answer. */
  record Challenge(Bytes data) implements SaslStep {}

  /** The client is authenticated. */
  record Done(Login login) implements SaslStep {}

  /**
   * The client is not authenticated.
   *
   * @param reason for the log, never for the client
   * @param user that the client named; empty if it named none
   */
  record Refused(String reason, String user) implements SaslStep {}

  /**
   * It was not checked: too many logins have failed recently.
   *
   * @param user that the client named
   */
  record Limited(String user) implements SaslStep {}

  /**
   * It is not known now.
   *
   * @param reason for the log, never for the client
   * @param user that the client named
   */
  record Unavailable(String reason, String user) implements SaslStep {}
}
