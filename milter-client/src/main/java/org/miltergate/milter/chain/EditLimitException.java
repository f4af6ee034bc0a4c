package org.miltergate.milter.chain;

import java.io.IOException;

/**
 * Thrown when a milter asks for more edits of one message than the limits allow.
 *
 * <p>No failure of the milter: a filter that deletes what a client forged asks for as many edits as
 * the client likes.
 */
final class EditLimitException extends IOException {
  private static final long serialVersionUID = 1;

  EditLimitException(String message) {
    super(message);
  }
}
