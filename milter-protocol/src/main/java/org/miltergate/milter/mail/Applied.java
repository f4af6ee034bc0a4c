package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;

/**
 * Tells what became of a list of edits.
 *
 * @param message as it is now
 * @param ignored one line of text for each edit or argument that could not be done, fit for a log
 */
public record Applied(MailMessage message, List<String> ignored) {
  public Applied {
    Objects.requireNonNull(message, "message");
    ignored = List.copyOf(ignored);
  }
}
