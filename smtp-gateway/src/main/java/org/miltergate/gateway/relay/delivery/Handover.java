package org.miltergate.gateway.relay.delivery;

import java.io.IOException;
import java.util.List;
import org.miltergate.gateway.relay.CommitResult;
import org.miltergate.gateway.relay.MessageRefusedException;
import org.miltergate.gateway.relay.NextHopException;
import org.miltergate.milter.mail.Recipient;

/**
 * A message on its way to some recipients who all get it by one commit: an SMTP transaction, or a
 * file.
 *
 * <p>Not thread-safe; use from one thread at a time.
 */
public interface Handover {

  /** Returns who gets the message, at least one. */
  List<Recipient> recipients();

  /**
   * Announces the content; nothing, if that was done before.
   *
   * @throws NextHopException if the next hop is lost
   * @throws MessageRefusedException if it takes the message for nobody
   */
  default void announce() throws NextHopException, MessageRefusedException {}

  /**
   * Hands over the content.
   *
   * @throws NextHopException if the next hop is lost
   * @throws MessageRefusedException if it takes the message for nobody
   * @throws IOException if the content cannot be read or written
   */
  void content(Ending ending) throws IOException;

  /**
   * Makes the next hop answerable for the message.
   *
   * @throws IOException if that fails for a reason of our own, and nobody has it
   */
  CommitResult commit() throws IOException;

  /** Returns whether a refusal at the commit is one of that recipient, and not of the message. */
  boolean refusesEachRecipient();

  /** How the end of the content goes out. */
  enum Ending {
    /** Together with its last bytes, which are kept until the commit. */
    WITH_LAST_BYTES,
    /** On its own, when all of the content has been taken. */
    ALONE
  }
}
