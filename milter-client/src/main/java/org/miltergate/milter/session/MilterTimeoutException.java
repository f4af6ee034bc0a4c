package org.miltergate.milter.session;

/** Thrown when the milter exceeds its time limit for one packet or for a whole reply. */
public final class MilterTimeoutException extends MilterException {
  private static final long serialVersionUID = 1;

  public MilterTimeoutException(String message) {
    super(message);
  }

  public MilterTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
