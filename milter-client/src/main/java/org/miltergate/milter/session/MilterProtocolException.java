package org.miltergate.milter.session;

/**
 * Thrown when the milter violates the protocol: a malformed packet, one out of place, or a
 * negotiation that cannot be honoured.
 */
public final class MilterProtocolException extends MilterException {
  private static final long serialVersionUID = 1;

  public MilterProtocolException(String message) {
    super(message);
  }

  public MilterProtocolException(String message, Throwable cause) {
    super(message, cause);
  }
}
