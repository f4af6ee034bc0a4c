package org.miltergate.gateway.auth;

import org.miltergate.milter.bytes.Bytes;

/**
 * The server's side of one SASL exchange, from the first challenge to the outcome.
 *
 * <p>Knows nothing of base64, lines or replies. After a step that is no challenge the exchange is
 * over and nothing may be called. Confined to one thread at a time.
 */
public interface SaslExchange {
  /** Returns the name of the mechanism. */
  String mechanism();

  /** Returns what is said to a client that sent no initial response. */
  SaslStep.Challenge first();

  /**
   * Takes a response: the initial one in place of {@link #first}, or the answer to a challenge.
   *
   * @param response of any content; its length has been limited by whoever read it
   */
  SaslStep next(Bytes response);
}
