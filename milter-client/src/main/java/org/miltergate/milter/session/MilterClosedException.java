package org.miltergate.milter.session;

/**
 * Says that the milter closed the connection, or that it broke, where more was to be said.
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
