package org.miltergate.gateway.auth;

import org.miltergate.milter.bytes.Bytes;

/** What the server's side of a SASL exchange has to say. */
public sealed interface SaslStep {
  /** The client is to answer this. */
  record Challenge(Bytes data) implements SaslStep {}

  /** The client is who it says. */
  record Done(Login login) implements SaslStep {}

  /**
   * The client has not proved that it is who it says.
   *
   * @param reason for the log, never for the client
   * @param user that the client named; empty if it did not come to that
   */
  record Refused(String reason, String user) implements SaslStep {}

  /**
   * It was not looked at: too many logins have failed of late.
   *
   * @param user that the client named
   */
  record Limited(String user) implements SaslStep {}

  /**
   * It cannot be told now.
   *
   * @param reason for the log, never for the client
   * @param user that the client named
   */
  record Unavailable(String reason, String user) implements SaslStep {}
}
