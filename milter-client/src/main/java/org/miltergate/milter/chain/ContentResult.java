package org.miltergate.milter.chain;

import java.util.List;
import java.util.Objects;
import org.miltergate.milter.mail.MailMessage;

/**
 * What became of a message in the chain.
 *
 * @param verdict what the SMTP client hears at the end of its data
 * @param message with all edits applied if the verdict passes, else as it came. Its recipients may
 *     all be gone: then nobody gets it, and the client hears that all is well
 * @param quarantine why it is to be held instead of relayed; empty if it is not. Of no meaning
 *     unless the verdict passes
 * @param unheard names of the milters that failed and whose default action lets the message pass
 *     without their verdict, in configured order; empty unless the verdict passes
 */
public record ContentResult(
    Verdict verdict, MailMessage message, List<QuarantineReason> quarantine, List<String> unheard) {
  public ContentResult {
    Objects.requireNonNull(verdict, "verdict");
    Objects.requireNonNull(message, "message");
    quarantine = List.copyOf(quarantine);
    unheard = List.copyOf(unheard);
  }

  /** The message does not pass, and stays as it came. */
  static ContentResult notPassed(Verdict verdict, MailMessage message) {
    return new ContentResult(verdict, message, List.of(), List.of());
  }
}
