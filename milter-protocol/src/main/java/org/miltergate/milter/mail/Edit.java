package org.miltergate.milter.mail;

import java.util.Objects;
import org.miltergate.milter.bytes.Bytes;

/**
 * A change that a milter makes to a message.
 *
 * <p>Immutable and thread-safe.
 *
 * @see MailMessage#with
 */
public sealed interface Edit {

  /** A header field behind all others. */
  record AddHeader(HeaderField field) implements Edit {
    public AddHeader {
      Objects.requireNonNull(field, "field");
    }
  }

  /**
   * A header field at a place.
   *
   * @param index how many fields come before it in the whole header block, our own Received field
   *     counted; from 0 on. Beyond the last: at the end
   */
  record InsertHeader(long index, HeaderField field) implements Edit {
    public InsertHeader {
      requireIndex(index);
      Objects.requireNonNull(field, "field");
    }
  }

  /**
   * Another field in place of one.
   *
   * @param name compared without regard to case
   * @param index counted from 1 among the fields of this name, our own Received not counted; 0
   *     counts as 1. Beyond the last: the field is added at the end
   */
  record ChangeHeader(Bytes name, long index, HeaderField replacement) implements Edit {
    public ChangeHeader {
      Objects.requireNonNull(name, "name");
      requireIndex(index);
      Objects.requireNonNull(replacement, "replacement");
    }
  }

  /**
   * The deletion of a field.
   *
   * @param name compared without regard to case
   * @param index as in {@link ChangeHeader}. Beyond the last: nothing happens
   */
  record DeleteHeader(Bytes name, long index) implements Edit {
    public DeleteHeader {
      Objects.requireNonNull(name, "name");
      requireIndex(index);
    }
  }

  /**
   * Another body in place of the whole.
   *
   * @param body with CRLF line ends, the last one included
   */
  record ReplaceBody(Body body) implements Edit {
    public ReplaceBody {
      Objects.requireNonNull(body, "body");
    }
  }

  /**
   * One more recipient.
   *
   * @param recipient its arguments may be one text or many; {@code NOTIFY} and {@code ORCPT} count
   */
  record AddRecipient(Recipient recipient) implements Edit {
    public AddRecipient {
      Objects.requireNonNull(recipient, "recipient");
    }
  }

  /** One mailbox less, with or without angle brackets; nothing happens if it is no recipient. */
  record DeleteRecipient(Bytes mailbox) implements Edit {
    public DeleteRecipient {
      Objects.requireNonNull(mailbox, "mailbox");
    }
  }

  /**
   * Another sender; {@code <>} is the null sender, an empty path changes nothing.
   *
   * @param sender its arguments may be one text or many; {@code RET} and {@code ENVID} count, and
   *     take the place of the client's; the client's others stay
   */
  record ChangeSender(Sender sender) implements Edit {
    public ChangeSender {
      Objects.requireNonNull(sender, "sender");
    }
  }

  /** The wish to hold the message back; changes nothing in it. */
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
