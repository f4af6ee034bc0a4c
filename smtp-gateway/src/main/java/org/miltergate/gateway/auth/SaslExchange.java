package org.miltergate.gateway.auth;

import org.miltergate.milter.bytes.Bytes;

/**
 * The server's side of one SASL exchange, from the first challenge to the outcome.
 *
 * <p>Knows nothing of base64, lines or replies. After a step other than a challenge the exchange
 * has ended, and no method may be called. Not thread-safe; use from one thread at a time.
 */
public interface SaslExchange {
  /** Returns the name of the mechanism. */
  String mechanism();

  /** Returns the first challenge for a client that sent no initial response. */
  SaslStep.Challenge first();

  /**
   * Handles a response: the initial one instead of {@link #first}, or the reply to a challenge.
   *
   * @param response any content; its length has been limited by the reader
   */
  SaslStep next(Bytes response);
}
