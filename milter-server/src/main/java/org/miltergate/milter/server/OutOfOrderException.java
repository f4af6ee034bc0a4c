package org.miltergate.milter.server;

/** Thrown when an MTA sends a command out of order. */
final class OutOfOrderException extends Exception {
  private static final long serialVersionUID = 1;

  OutOfOrderException(String message) {
    super(message);
  }
}
