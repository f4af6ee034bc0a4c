package org.miltergate.milter.session;

import java.io.IOException;

/**
 * Thrown when a milter has failed; the session with it has ended.
 *
 * <p>The message tells what was found and what was wanted, without the milter's name: whoever
 * reports it knows that.
 */
public sealed class MilterException extends IOException
    permits MilterConnectException,
        MilterClosedException,
        MilterTimeoutException,
        MilterProtocolException {
  private static final long serialVersionUID = 1;

  public MilterException(String message) {
    super(message);
  }

  public MilterException(String message, Throwable cause) {
    super(message, cause);
  }
}
