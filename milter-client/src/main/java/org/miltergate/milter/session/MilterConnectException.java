package org.miltergate.milter.session;

/**
 * Thrown when there is no connection: refused, unreachable, no such socket, or not within the time
 * limit.
 */
public final class MilterConnectException extends MilterException {
  private static final long serialVersionUID = 1;

  public MilterConnectException(String message) {
    super(message);
  }

  public MilterConnectException(String message, Throwable cause) {
    super(message, cause);
  }
}
