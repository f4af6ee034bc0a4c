package org.miltergate.milter.mail;

import java.util.List;
import java.util.Objects;

/**
 * The outcome of a list of edits.
 *
 * @param message the edited message
 * @param ignored one line of text, fit for a log, for each edit or argument that could not be
 *     applied
 */
public record Applied(MailMessage message, List<String> ignored) {
  public Applied {
    Objects.requireNonNull(message, "message");
    ignored = List.copyOf(ignored);
  }
}
