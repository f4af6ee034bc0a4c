package org.miltergate.milter.mail;

import java.util.Objects;
import org.miltergate.milter.body.Body;
import org.miltergate.milter.bytes.Bytes;

/**
 * A change that a milter makes to a message.
 *
 * <p>Immutable and thread-safe.
 *
 * @see MailMessage#with
 */
public sealed interface Edit {

  /** Adds a header field after all others. */
  record AddHeader(HeaderField field) implements Edit {
    public AddHeader {
      Objects.requireNonNull(field, "field");
    }
  }

  /**
   * Inserts a header field at a position.
   *
   * @param index the number of fields before it in the whole header block, including our own
   *     Received field; at least 0. Beyond the last field, it is added at the end
   */
  record InsertHeader(long index, HeaderField field) implements Edit {
    public InsertHeader {
      requireIndex(index);
      Objects.requireNonNull(field, "field");
    }
  }

  /**
   * Replaces a header field.
   *
   * @param name compared without regard to case
   * @param index position among the fields of this name, counted from 1, without our own Received
   *     field; 0 means 1. Beyond the last of them, the field is added at the end
   */
  record ChangeHeader(Bytes name, long index, HeaderField replacement) implements Edit {
    public ChangeHeader {
      Objects.requireNonNull(name, "name");
      requireIndex(index);
      Objects.requireNonNull(replacement, "replacement");
    }
  }

  /**
   * Deletes a header field.
   *
   * @param name compared without regard to case
   * @param index as in {@link ChangeHeader}. Beyond the last field, nothing is deleted
   */
  record DeleteHeader(Bytes name, long index) implements Edit {
    public DeleteHeader {
      Objects.requireNonNull(name, "name");
      requireIndex(index);
    }
  }

  /**
   * Replaces the whole body.
   *
   * @param body with CRLF line ends, including the last one
   */
  record ReplaceBody(Body body) implements Edit {
    public ReplaceBody {
      Objects.requireNonNull(body, "body");
    }
  }

  /**
   * Adds a recipient.
   *
   * @param recipient its arguments may be one text or several; only {@code NOTIFY} and {@code
   *     ORCPT} are used
   */
  record AddRecipient(Recipient recipient) implements Edit {
    public AddRecipient {
      Objects.requireNonNull(recipient, "recipient");
    }
  }

  /**
   * Removes a recipient, given with or without angle brackets; does nothing if it is not a
   * recipient.
   */
  record DeleteRecipient(Bytes mailbox) implements Edit {
    public DeleteRecipient {
      Objects.requireNonNull(mailbox, "mailbox");
    }
  }

  /**
   * Replaces the sender; {@code <>} is the null sender, an empty path changes nothing.
   *
   * @param sender its arguments may be one text or several; only {@code RET} and {@code ENVID} are
   *     used, and replace the client's; the client's other arguments are kept
   */
  record ChangeSender(Sender sender) implements Edit {
    public ChangeSender {
      Objects.requireNonNull(sender, "sender");
    }
  }

  /** Asks to hold the message; does not change it. */
  record Quarantine(Bytes reason) implements Edit {
    public Quarantine {
      Objects.requireNonNull(reason, "reason");
    }
  }

  private static void requireIndex(long index) {
    if (index < 0) {
      throw new IllegalArgumentException("index must be 0 or more, was " + index);
    }
  }
}
