package org.miltergate.milter.session;

/**
 * Thrown when the milter closed the connection, or it was lost, before the next command.
 *
 * <p>Between two messages this is no failure: the next one gets a new connection.
 */
public final class MilterClosedException extends MilterException {
  private static final long serialVersionUID = 1;

  public MilterClosedException(String message) {
    super(message);
  }

  public MilterClosedException(String message, Throwable cause) {
    super(message, cause);
  }
}
