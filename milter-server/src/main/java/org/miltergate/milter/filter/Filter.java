package org.miltergate.milter.filter;

/**
 * Decides on whole transactions. Called by many threads at once, one for each client of the MTA.
 */
@FunctionalInterface
public interface Filter {
  /**
   * Decides, and edits the message through the transaction.
   *
   * @throws Exception for any failure; the message then gets the verdict that the server is
   *     configured to give for failures
   */
  Decision decide(MailTransaction transaction) throws Exception;

  /** Decides on one recipient, when the MTA asks about it. */
  @FunctionalInterface
  interface RecipientCheck {
    /**
     * Decides; a refusal refuses this recipient only, {@link Decision#DISCARD} drops the whole
     * message.
     *
     * @param transaction has the recipients accepted so far, without this one
     */
    Decision check(MailTransaction transaction, EnvelopeAddress recipient) throws Exception;
  }
}
