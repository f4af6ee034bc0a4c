package org.miltergate.milter.session;

/** Says that the milter took longer than its limit for one packet, or for one answer in all. */
public final class MilterTimeoutException extends MilterException {
  private static final long serialVersionUID = 1;

  public MilterTimeoutException(String message) {
    super(message);
  }

  public MilterTimeoutException(String message, Throwable cause) {
    super(message, cause);
  }
}
