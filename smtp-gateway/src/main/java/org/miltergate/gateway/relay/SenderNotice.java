package org.miltergate.gateway.relay;

import java.util.Collection;
import java.util.List;
import org.miltergate.milter.mail.Recipient;

/**
 * Tells the sender of a message which recipients were refused, where one reply to the client cannot
 * do so because others get the message.
 *
 * <p>Belongs to one message; called by the thread that delivers it.
 */
public interface SenderNotice {
  /** There is none to be had: all recipients get the message, or none does. */
  SenderNotice NONE =
      new SenderNotice() {
        @Override
        public boolean isDue(Collection<Recipient> others) {
          return false;
        }

        @Override
        public Outcome give(List<Refusal> refused) {
          return Outcome.IMPOSSIBLE;
        }
      };

  /** What became of a notice. */
  enum Outcome {
    /** Somebody else is answerable for it now. */
    GIVEN,
    /** The sender is not to be told: it is the null sender, or wants no notices. */
    NEEDLESS,
    /** There is no way to the sender but the client, which is to be told in its reply. */
    BY_REPLY,
    /** It could not be handed over. */
    IMPOSSIBLE
  }

  /**
   * Tells whether a notice is to be given for the recipients that were refused for good; if not,
   * the refusal is the reply to the client, and nobody gets the message who has not got it yet.
   *
   * @param others recipients that get the message, or have got it by an earlier try; may be empty
   */
  boolean isDue(Collection<Recipient> others);

  /**
   * Hands over the notice. Blocks until it is known what became of it; throws nothing for what a
   * peer or a disk does.
   *
   * @param refused all with 5xx, at least one
   */
  Outcome give(List<Refusal> refused);
}
