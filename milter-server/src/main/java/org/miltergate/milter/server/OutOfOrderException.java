package org.miltergate.milter.server;

/** Says that an MTA sent a command that cannot come here. */
final class OutOfOrderException extends Exception {
  private static final long serialVersionUID = 1;

  OutOfOrderException(String message) {
    super(message);
  }
}
